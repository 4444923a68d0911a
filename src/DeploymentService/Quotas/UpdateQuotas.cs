using DeploymentService.Http;
using FluentValidation;

namespace DeploymentService.Quotas;

/// <summary>The body of <c>PUT /v1/{project_id}/quotas</c>. What it does not name stays; other names are refused.</summary>
public sealed record UpdateQuotas : JsonRequest
{
    /// <summary>How many deployments.</summary>
    public long? Deployments { get; init; }

    /// <summary>How many configs.</summary>
    public long? Configs { get; init; }

    /// <summary>How many bytes of configs, inputs and outputs.</summary>
    public long? Bytes { get; init; }

    /// <summary>How many servers.</summary>
    public long? Servers { get; init; }

    /// <summary>How many rollouts that have not ended.</summary>
    public long? Rollouts { get; init; }

    /// <summary>How many webhooks.</summary>
    public long? Webhooks { get; init; }

    /// <summary>What the body names.</summary>
    internal IReadOnlyDictionary<QuotaKind, long?> Given { get; private init; } = new Dictionary<QuotaKind, long?>();

    /// <summary>Reads the body.</summary>
    public static ValueTask<UpdateQuotas?> BindAsync(HttpContext http) => JsonBody.ReadAsync(http, fields =>
    {
        foreach (var name in fields.Names.Except(QuotaWords.All).ToList())
        {
            fields.AddError(name, $"unknown; there are quotas of {string.Join(", ", QuotaWords.All)}");
        }

        var given = QuotaWords.Kinds.Where(kind => fields.Sent(QuotaWords.Of(kind)) is not null).ToDictionary(kind => kind, kind => fields.Integer(QuotaWords.Of(kind)));
        return new UpdateQuotas
        {
            Deployments = given.GetValueOrDefault(QuotaKind.Deployments),
            Configs = given.GetValueOrDefault(QuotaKind.Configs),
            Bytes = given.GetValueOrDefault(QuotaKind.Bytes),
            Servers = given.GetValueOrDefault(QuotaKind.Servers),
            Rollouts = given.GetValueOrDefault(QuotaKind.Rollouts),
            Webhooks = given.GetValueOrDefault(QuotaKind.Webhooks),
            Given = given,
            BindingErrors = fields.Faults,
        };
    });
}

/// <summary>The rules of <see cref="UpdateQuotas"/>.</summary>
public sealed class UpdateQuotasValidator : JsonRequestValidator<UpdateQuotas>
{
    /// <summary>Sets the rules up.</summary>
    public UpdateQuotasValidator() => RuleFor(quotas => quotas.Given).Custom((given, context) =>
    {
        foreach (var (kind, _) in given.Where(one => one.Value is < 0 or > QuotasOptions.Most))
        {
            context.AddFailure(QuotaWords.Of(kind), $"must be from 0, for any amount, to {QuotasOptions.Most}");
        }
    });
}
