using DeploymentService.Secrets;
using DeploymentService.Settings;
using Microsoft.Extensions.Configuration;

namespace DeploymentService.Tests.Secrets;

/// <summary>Which names say that their value is a secret.</summary>
public sealed class SecretNamesTests
{
    [Theory]
    [InlineData("password")]
    [InlineData("db_password")]
    [InlineData("DB-PASSWORD")]
    [InlineData("admin_password")]
    [InlineData("mypasswordhash")]
    [InlineData("rootPasswd")]
    [InlineData("passwords")]
    [InlineData("db_pass")]
    [InlineData("dbPass")]
    [InlineData("DB_PASS")]
    [InlineData("DBPass")]
    [InlineData("dbpass")]
    [InlineData("passWord2")]
    [InlineData("DB_PWD")]
    [InlineData("rootpwd")]
    [InlineData("root pw")]
    [InlineData("rootpw")]
    [InlineData("mysqlpass")]
    [InlineData("SSHPASS")]
    [InlineData("sharedKey")]
    [InlineData("masterkey")]
    [InlineData("pass_word")]
    [InlineData("cred")]
    [InlineData("creds")]
    [InlineData("aws.credentials")]
    [InlineData("clientSecret")]
    [InlineData("SECRET")]
    [InlineData("apiToken")]
    [InlineData("token2")]
    [InlineData("key")]
    [InlineData("apiKey")]
    [InlineData("api_key")]
    [InlineData("api-keys")]
    [InlineData("apikey")]
    [InlineData("APIKEY")]
    [InlineData("APIkey")]
    [InlineData("SSHKey")]
    [InlineData("sshKeyPath")]
    [InlineData("KEYPath")]
    [InlineData("key_1")]
    [InlineData("KEYS")]
    [InlineData("private.key.pem")]
    [InlineData("is private key")]
    [InlineData("X-Amz-Signature")]
    [InlineData("temp_url_sig")]
    [InlineData("X-Auth-Token")]
    [InlineData("basicAuth")]
    [InlineData("Authorization")]
    [InlineData("wifi_psk")]
    [InlineData("passphrase")]
    [InlineData("deploy_signal_id")]
    [InlineData("deploySignalId")]
    public void A_name_that_says_so_is_known(string name) => Assert.True(Names().Fit(name));

    [Theory]
    [InlineData("foo")]
    [InlineData("compass")]
    [InlineData("COMPASS")]
    [InlineData("bypass")]
    [InlineData("passenger")]
    [InlineData("passes")]
    [InlineData("keyboard")]
    [InlineData("Keyboard")]
    [InlineData("KEYBOARD")]
    [InlineData("keystone_url")]
    [InlineData("monkey")]
    [InlineData("MONKEY")]
    [InlineData("Okey")]
    [InlineData("author")]
    [InlineData("authors")]
    [InlineData("AUTHOR")]
    [InlineData("credit")]
    [InlineData("incredible")]
    [InlineData("design")]
    [InlineData("sigma")]
    [InlineData("privately")]
    [InlineData("private_ip")]
    [InlineData("private_network")]
    [InlineData("deploy_signal_transport")]
    [InlineData("deploy_signal_idea")]
    [InlineData("")]
    [InlineData("ключ")]
    public void Another_name_is_none(string name) => Assert.False(Names().Fit(name));

    [Theory]
    [InlineData("pin, license_code", "doorPin licenseCode LICENSE-CODES license__code", "pinned password code license")]
    [InlineData("+pin", "door_pin password dbPass", "pinned")]
    [InlineData("*word", "word password keyWord", "wordy")]
    [InlineData("geheim*", "geheimnis db_geheimnis", "ungeheim")]
    public void A_setting_says_which(string setting, string secrets, string others)
    {
        var names = Names(setting);

        Assert.All(secrets.Split(' '), name => Assert.True(names.Fit(name), name));
        Assert.All(others.Split(' '), name => Assert.False(names.Fit(name), name));
    }

    [Theory]
    [InlineData("a*b,***")]
    [InlineData("+a*b, -, ***")]
    public void A_setting_that_cannot_be_meant_is_refused(string setting)
    {
        var reader = Reader(setting);
        SecretsOptions.Read(reader);

        Assert.Equal(setting.Count(letter => letter == ','), reader.Faults.Count - 1);
        Assert.All(reader.Faults, fault => Assert.StartsWith("Secrets:Names has '", fault, StringComparison.Ordinal));
    }

    private static SecretNames Names(string? setting = null) => SecretsOptions.Read(Reader(setting)).Names;

    private static SettingsReader Reader(string? setting) =>
        new(new ConfigurationBuilder().AddInMemoryCollection([KeyValuePair.Create("Secrets:Names", setting)]).Build());
}
