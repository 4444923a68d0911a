using System.Globalization;
using System.Text.Json;
using DeploymentService.Http;
using DeploymentService.Http.OpenApi;
using DeploymentService.Json;
using DeploymentService.Storage.Model;
using FluentValidation;

namespace DeploymentService.Webhooks;

/// <summary>The body of <c>POST /v1/{project_id}/webhooks</c>. Fields that are not named here are refused: a filter that is misspelt would be none.</summary>
public sealed record CreateWebhook : JsonRequest, IWebhookFields
{
    /// <summary>Its name, for people: 1 to 255 printable characters. Required.</summary>
    public string? Name { get; init; }

    /// <summary>Where deliveries go: `https://` or `http://`, without a user, to a public address unless the operator allows others. Required.</summary>
    public string? Url { get; init; }

    /// <summary>The types of events that are delivered, such as `deployment.failed` or `rollout.*`. Absent for all.</summary>
    public IReadOnlyList<string>? Events { get; init; }

    /// <summary>Of these, only those that fit all filters. Absent for all.</summary>
    public WebhookFilters? Filters { get; init; }

    /// <summary>`false` to deliver nothing until it is turned on; `true` when absent.</summary>
    public bool? Enabled { get; init; }

    /// <summary>Reads the body.</summary>
    public static ValueTask<CreateWebhook?> BindAsync(HttpContext http) => JsonBody.ReadAsync(http, WebhookFields.Read<CreateWebhook>);
}

/// <summary>The body of <c>PUT /v1/{project_id}/webhooks/{webhook_id}</c>. What is not in it stays as it is.</summary>
public sealed record UpdateWebhook : JsonRequest, IWebhookFields
{
    /// <summary>Its name, for people: 1 to 255 printable characters.</summary>
    public string? Name { get; init; }

    /// <summary>Where deliveries go, also those that wait.</summary>
    public string? Url { get; init; }

    /// <summary>The types of events that are delivered from now on; an empty list for all.</summary>
    public IReadOnlyList<string>? Events { get; init; }

    /// <summary>All filters that there are from now on; `{}` for none.</summary>
    public WebhookFilters? Filters { get; init; }

    /// <summary>`false` turns it off: nothing is delivered, and nothing forgotten. `true` turns it on: it goes on where it was.</summary>
    public bool? Enabled { get; init; }

    /// <summary>Reads the body.</summary>
    public static ValueTask<UpdateWebhook?> BindAsync(HttpContext http) => JsonBody.ReadAsync(http, WebhookFields.Read<UpdateWebhook>);
}

/// <summary>The body of <c>POST …/deliveries/{delivery_id}/redeliver</c>. It may be absent.</summary>
[Body(IsOptional = true)]
public sealed record RedeliverBody : JsonRequest
{
    /// <summary>`true` to send again also what the receiver has taken already.</summary>
    public bool? Again { get; init; }

    /// <summary>Reads the body.</summary>
    public static async ValueTask<RedeliverBody?> BindAsync(HttpContext http)
    {
        JsonBody.RequireJson(http);
        var fields = await JsonBody.ReadOptionalAsync(http);
        return new RedeliverBody { Again = fields.Flag("again"), BindingErrors = fields.Faults };
    }
}

/// <summary>Which events of those that a webhook wants. Each filter that is there has to fit.</summary>
public sealed record WebhookFilters
{
    private static readonly string[] Known = ["config_name", "server_id", "status"];

    /// <summary>Only events of deployments of a config with this name. One that is deleted has no config any more.</summary>
    public string? ConfigName { get; init; }

    /// <summary>Only events of this server and its deployments.</summary>
    public string? ServerId { get; init; }

    /// <summary>Only events of deployments behind which their status is this.</summary>
    [OneOf(typeof(DeploymentStatus))]
    public string? Status { get; init; }

    /// <summary>Reads filters and notes what does not fit; null when there are none.</summary>
    internal static WebhookFilters? Read(JsonFields fields, string name)
    {
        if (fields.Sent(name) is { } sent && sent == JsonText.Parse("null"))
        {
            // A variable that was not set, and everything would be sent.
            fields.AddError(name, "must be an object");
        }

        if (fields.Object(name) is not { } json || JsonFields.Read(json.Utf8, name + ".") is not { } parts)
        {
            return null;
        }

        foreach (var unknown in parts.Names.Except(Known))
        {
            fields.AddError($"{name}.{unknown}", $"unknown; filters are {string.Join(", ", Known)}");
        }

        var filters = new WebhookFilters { ConfigName = Text("config_name"), ServerId = Text("server_id"), Status = parts.Text("status") };
        if (filters.Status is { } status && !DeploymentStatus.All.Contains(status))
        {
            parts.AddError("status", $"must be one of {string.Join(", ", DeploymentStatus.All)}");
        }

        foreach (var fault in parts.Faults)
        {
            fields.AddError(fault.Name, fault.Message);
        }

        return filters;

        string? Text(string part)
        {
            var text = parts.Text(part);
            if (text is { Length: 0 or > 255 })
            {
                // An empty one is a variable that was not set.
                parts.AddError(part, "must have 1 to 255 characters");
            }

            return text;
        }
    }
}

/// <summary>What the bodies have in common.</summary>
internal interface IWebhookFields
{
    /// <summary>The name.</summary>
    string? Name { get; init; }

    /// <summary>The URL.</summary>
    string? Url { get; init; }

    /// <summary>The types of events.</summary>
    IReadOnlyList<string>? Events { get; init; }

    /// <summary>The filters.</summary>
    WebhookFilters? Filters { get; init; }

    /// <summary>Whether it is on.</summary>
    bool? Enabled { get; init; }
}

/// <summary>Reads what the bodies have in common.</summary>
internal static class WebhookFields
{
    private static readonly string[] Known = ["name", "url", "events", "filters", "enabled"];

    /// <summary>Reads a body, and notes what no webhook has.</summary>
    public static T Read<T>(JsonFields fields)
        where T : JsonRequest, IWebhookFields, new()
    {
        foreach (var name in fields.Names.Except(Known))
        {
            fields.AddError(name, $"unknown; a webhook has {string.Join(", ", Known)}");
        }

        return new()
        {
            Name = fields.Text("name"),
            Url = fields.Text("url"),
            Events = Words(fields, "events"),
            Filters = WebhookFilters.Read(fields, "filters"),
            Enabled = fields.Flag("enabled"),
            BindingErrors = fields.Faults,
        };
    }

    /// <summary>The rules of both bodies.</summary>
    public static void AddRules<T>(JsonRequestValidator<T> validator, ReceiverAddresses addresses)
        where T : JsonRequest, IWebhookFields
    {
        validator.RuleFor(webhook => webhook.Name).AtMost(255).Printable().Must(name => name is null or { Length: > 0 }).WithMessage("must not be empty");
        validator.RuleFor(webhook => webhook.Url).AtMost(2000).Custom((url, context) =>
        {
            if (url is not null && addresses.Check(url) is { } fault)
            {
                context.AddFailure(fault);
            }
        });
    }

    /// <summary>A list of words; null when absent.</summary>
    private static List<string>? Words(JsonFields fields, string name)
    {
        if (fields.List(name) is not { } list)
        {
            return null;
        }

        var words = new List<string>();
        using var document = list.Document();
        foreach (var (place, element) in document.RootElement.EnumerateArray().Index())
        {
            if (element.ValueKind == JsonValueKind.String && element.GetString() is { } word && WebhookTypes.All.Contains(word))
            {
                words.Add(word);
            }
            else
            {
                fields.AddError(string.Create(CultureInfo.InvariantCulture, $"{name}[{place}]"), $"must be one of {string.Join(", ", WebhookTypes.All)}");
            }
        }

        return words;
    }
}

/// <summary>The rules of <see cref="CreateWebhook"/>.</summary>
public sealed class CreateWebhookValidator : JsonRequestValidator<CreateWebhook>
{
    /// <summary>Sets the rules up.</summary>
    public CreateWebhookValidator(ReceiverAddresses addresses)
    {
        RuleFor(webhook => webhook.Name).Must(name => name is not null).WithMessage("is required: what the webhook is for, such as chat").Unless(webhook => webhook.HasBindingError("name"));
        RuleFor(webhook => webhook.Url).Must(url => url is not null).WithMessage("is required: where deliveries go, such as https://example.com/hook")
            .Unless(webhook => webhook.HasBindingError("url"));
        WebhookFields.AddRules(this, addresses);
    }
}

/// <summary>The rules of <see cref="UpdateWebhook"/>.</summary>
public sealed class UpdateWebhookValidator : JsonRequestValidator<UpdateWebhook>
{
    /// <summary>Sets the rules up.</summary>
    public UpdateWebhookValidator(ReceiverAddresses addresses) => WebhookFields.AddRules(this, addresses);
}

/// <summary>The rules of <see cref="RedeliverBody"/>: its fields are what they should be.</summary>
public sealed class RedeliverBodyValidator : JsonRequestValidator<RedeliverBody>;
