// Signs in and calls the service as the Terraform provider of a public cloud does, with the Go client that the provider is built on.
// Built and run by .ci/provider, which has the client's sources.
package main

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"os"

	golangsdk "github.com/opentelekomcloud/gophertelekomcloud"
	"github.com/opentelekomcloud/gophertelekomcloud/openstack"
	"github.com/opentelekomcloud/gophertelekomcloud/openstack/rts/v1/softwareconfig"
	"github.com/opentelekomcloud/gophertelekomcloud/openstack/rts/v1/softwaredeployment"
)

// shown prints every request, so that a recording can be made of it. A password is not printed.
type shown struct{}

func (shown) RoundTrip(request *http.Request) (*http.Response, error) {
	body := []byte{}
	if request.Body != nil {
		body, _ = io.ReadAll(request.Body)
		request.Body = io.NopCloser(bytes.NewReader(body))
	}
	answer, err := http.DefaultTransport.RoundTrip(request)
	if os.Getenv("SHOW") != "" && err == nil {
		fmt.Println(request.Method, request.URL, answer.StatusCode, string(bytes.ReplaceAll(body, []byte(os.Getenv("SECRET")), []byte("$SECRET"))))
	}
	return answer, err
}

func must(what string, err error) {
	if err != nil {
		fmt.Printf("%s: %s\n", what, err)
		os.Exit(1)
	}
}

func want(what string, got, wanted interface{}) {
	if fmt.Sprint(got) != fmt.Sprint(wanted) {
		must(what, fmt.Errorf("%v instead of %v", got, wanted))
	}
}

func signIn(options golangsdk.AuthOptions) *golangsdk.ProviderClient {
	client, err := openstack.NewClient(options.IdentityEndpoint)
	must("address", err)
	client.HTTPClient = http.Client{Transport: shown{}}
	must("sign in", openstack.Authenticate(client, options))
	return client
}

// provider signs in for the project and for the domain, and takes the region that the second sign-in came to.
func provider(project, domain golangsdk.AuthOptions) *golangsdk.ServiceClient {
	client := signIn(project)
	region := signIn(domain).RegionID
	service, err := openstack.NewOrchestrationV1(client, golangsdk.EndpointOpts{Region: region, Availability: "public"})
	must("endpoint in the region "+region, err)
	return service
}

func main() {
	address, secret := os.Getenv("ADDRESS"), os.Getenv("SECRET")
	byPassword := golangsdk.AuthOptions{IdentityEndpoint: address + "/v3", Username: "ci", Password: secret}
	byId := golangsdk.AuthOptions{IdentityEndpoint: address + "/v3", UserID: "ci", Password: secret}
	byToken := golangsdk.AuthOptions{IdentityEndpoint: address + "/v3", TokenID: secret}
	for name, options := range map[string]golangsdk.AuthOptions{"password": byPassword, "token": byToken} {
		for _, domain := range []func(golangsdk.AuthOptions) golangsdk.AuthOptions{
			func(o golangsdk.AuthOptions) golangsdk.AuthOptions { o.DomainName = "Default"; return o },
			func(o golangsdk.AuthOptions) golangsdk.AuthOptions { o.DomainID = "default"; return o },
		} {
			inDomain := domain(options)
			inProject := inDomain
			inProject.TenantName = "demo"
			lifecycle(name, provider(inProject, inDomain))
		}
	}

	// With the ids of the user and the project there is no domain to name.
	inProject := byId
	inProject.TenantID = "demo"
	lifecycle("ids", provider(inProject, byId))
}

// lifecycle applies, changes the script, refreshes and destroys.
func lifecycle(name string, service *golangsdk.ServiceClient) {
	config := func(script string) string {
		made, err := softwareconfig.Create(service, softwareconfig.CreateOpts{
			Name: "hello", Group: "script", Config: script,
			Inputs:  []map[string]interface{}{{"name": "word", "type": "String"}},
			Outputs: []map[string]interface{}{{"name": "result"}},
			Options: map[string]interface{}{},
		}).Extract()
		must("create a config", err)
		shown, err := softwareconfig.Get(service, made.Id).Extract()
		must("read a config", err)
		want("script", shown.Config, script)
		want("inputs", shown.Inputs, "[map[name:word type:String]]")
		want("outputs", shown.Outputs, "[map[name:result]]")
		return made.Id
	}
	read := func(id, status string) *softwaredeployment.Deployment {
		shown, err := softwaredeployment.Get(service, id).Extract()
		must("read a deployment", err)
		want("status", shown.Status, status)
		return shown
	}
	report := func(id, config string) {
		_, err := softwaredeployment.Update(service, id, softwaredeployment.UpdateOpts{
			ConfigId: config, Status: "COMPLETE", OutputValues: map[string]interface{}{"result": "hello"},
		}).Extract()
		must("report", err)
	}

	first := config("#!/bin/sh\necho $word\n")
	made, err := softwaredeployment.Create(service, softwaredeployment.CreateOpts{
		ConfigId: first, ServerId: "server-of-the-provider", InputValues: map[string]interface{}{"word": "hello"},
	}).Extract()
	must("create a deployment", err)
	read(made.Id, "IN_PROGRESS")
	report(made.Id, first)
	refreshed := read(made.Id, "COMPLETE")
	want("outputs", refreshed.OutputValues, "map[result:hello]")
	want("inputs", refreshed.InputValues, "map[word:hello]")

	// Another script is another config, and an update of the deployment that has ended.
	second := config("#!/bin/sh\necho changed $word\n")
	_, err = softwaredeployment.Update(service, made.Id, softwaredeployment.UpdateOpts{
		ConfigId: second, OutputValues: refreshed.OutputValues,
	}).Extract()
	must("redeploy", err)
	read(made.Id, "IN_PROGRESS")
	report(made.Id, second)
	want("config", read(made.Id, "COMPLETE").ConfigId, second)

	must("delete the deployment", softwaredeployment.Delete(service, made.Id).ExtractErr())
	if _, err = softwaredeployment.Get(service, made.Id).Extract(); err == nil {
		must("delete the deployment", fmt.Errorf("it is still there"))
	} else if _, ok := err.(golangsdk.ErrDefault404); !ok {
		must("read what is gone", err)
	}
	must("delete a config", softwareconfig.Delete(service, first).ExtractErr())
	must("delete a config", softwareconfig.Delete(service, second).ExtractErr())
	fmt.Printf("%s: well\n", name)
}
