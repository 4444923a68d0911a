using System.Globalization;
using System.Text.Json;
using DeploymentService.Deployments;
using DeploymentService.Http;
using DeploymentService.Idempotency;
using DeploymentService.Json;
using FluentValidation;

namespace DeploymentService.Rollouts;

/// <summary>The body of <c>POST /v1/{project_id}/rollouts</c>. Fields that are not named here are refused: a limit that is misspelt would be no limit.</summary>
public sealed record CreateRollout : IdempotentBody
{
    private static readonly string[] Known =
    [
        "name", "config_id", "servers", "server_filter", "retry_of", "action", "input_values", "timeout", "batch_sizes", "pause_seconds", "pause_after_batch",
        "max_failures", "max_failure_percent", "skip_done",
    ];

    /// <summary>Its name: 1 to 255 printable characters. Rollouts of one name use the same deployments, one a server. Required.</summary>
    public string? Name { get; init; }

    /// <summary>The config that goes to the servers, of this project. Required, unless `retry_of` names a rollout that has one.</summary>
    public string? ConfigId { get; init; }

    /// <summary>The servers, in the order in which they are begun; one that is listed twice counts once. Either these, or `server_filter`, or `retry_of`.</summary>
    public IReadOnlyList<string>? Servers { get; init; }

    /// <summary>Which of the project's servers, by the filters of the list of servers and of deployments, of which a server must have one that fits.</summary>
    public ServerFilter? ServerFilter { get; init; }

    /// <summary>A rollout that has ended: the servers that failed in it, or were never begun. What this body does not say is as it was there.</summary>
    public string? RetryOf { get; init; }

    /// <summary>The stack action of the deployments. At most 255 characters.</summary>
    public string? Action { get; init; }

    /// <summary>An object: the values that the config's inputs get.</summary>
    public JsonText? InputValues { get; init; }

    /// <summary>How many seconds each server may take to report, at most a year; 0 for no limit, absent for what the service is set to.</summary>
    public long? Timeout { get; init; }

    /// <summary>How many servers each batch has; the last size repeats. Absent for all at once.</summary>
    public IReadOnlyList<long>? BatchSizes { get; init; }

    /// <summary>How many seconds to wait between two batches, at most a week.</summary>
    public long? PauseSeconds { get; init; }

    /// <summary>Whether it pauses after each batch until a person goes on.</summary>
    public bool? PauseAfterBatch { get; init; }

    /// <summary>How many servers may fail; one more stops it. 0 stops at the first; absent for any number.</summary>
    public long? MaxFailures { get; init; }

    /// <summary>The same in percent of all servers of the rollout, rounded down: of four servers, 30 % is one.</summary>
    public long? MaxFailurePercent { get; init; }

    /// <summary>Whether servers are left out that have a complete deployment of this config with the same action and input values.</summary>
    public bool? SkipDone { get; init; }

    /// <summary>Reads the body.</summary>
    public static ValueTask<CreateRollout?> BindAsync(HttpContext http) => JsonBody.ReadAsync(http, fields =>
    {
        if (fields.Names.Except(Known).ToList() is { Count: > 0 } unknown)
        {
            unknown.ForEach(name => fields.AddError(name, $"unknown; a rollout has {string.Join(", ", Known)}"));
        }

        return new CreateRollout
        {
            Name = fields.Text("name"),
            ConfigId = fields.Text("config_id"),
            Servers = Texts(fields, "servers"),
            ServerFilter = ServerFilter.Read(fields, "server_filter"),
            RetryOf = fields.Text("retry_of"),
            Action = fields.Text("action"),
            InputValues = fields.Object("input_values"),
            Timeout = fields.Integer("timeout"),
            BatchSizes = Numbers(fields, "batch_sizes"),
            PauseSeconds = fields.Integer("pause_seconds"),
            PauseAfterBatch = fields.Flag("pause_after_batch"),
            MaxFailures = fields.Integer("max_failures"),
            MaxFailurePercent = fields.Integer("max_failure_percent"),
            SkipDone = fields.Flag("skip_done"),
            BindingErrors = fields.Faults,
        };
    });

    private static List<string>? Texts(JsonFields fields, string name)
    {
        if (fields.List(name) is not { } list)
        {
            return null;
        }

        var texts = new List<string>();
        using var document = list.Document();
        foreach (var (place, element) in document.RootElement.EnumerateArray().Index())
        {
            if (element.ValueKind != JsonValueKind.String || element.GetString() is not { } text || text.Contains('\0', StringComparison.Ordinal))
            {
                fields.AddError(At(name, place), "must be a string without NUL characters");
                continue;
            }

            texts.Add(text);
        }

        return texts;
    }

    private static List<long>? Numbers(JsonFields fields, string name)
    {
        if (fields.List(name) is not { } list)
        {
            return null;
        }

        var numbers = new List<long>();
        using var document = list.Document();
        foreach (var (place, element) in document.RootElement.EnumerateArray().Index())
        {
            if (element.ValueKind == JsonValueKind.Number && element.TryGetInt64(out var number) && number is >= 1 and <= CreateRolloutValidator.MostServers)
            {
                numbers.Add(number);
            }
            else
            {
                fields.AddError(At(name, place), $"must be a whole number from 1 to {CreateRolloutValidator.MostServers}");
            }
        }

        return numbers;
    }

    private static string At(string name, int place) => string.Create(CultureInfo.InvariantCulture, $"{name}[{place}]");
}

/// <summary>The rules of <see cref="CreateRollout"/>.</summary>
public sealed class CreateRolloutValidator : JsonRequestValidator<CreateRollout>
{
    /// <summary>The most servers of a rollout.</summary>
    public const int MostServers = 100_000;

    /// <summary>The longest pause between two batches: a week, in seconds.</summary>
    public const int LongestPause = 7 * 24 * 60 * 60;

    private const int MostBatchSizes = 100;
    private const int LongestServer = 255;

    /// <summary>Sets the rules up.</summary>
    public CreateRolloutValidator(Configs.ConfigStore configs, IdempotencyStore keys)
    {
        RuleFor(rollout => rollout.Name).Required("what the rollout is called").AtMost(255).Printable().Unless(rollout => rollout.HasBindingError("name"));
        RuleFor(rollout => rollout.ConfigId)
            .Must(id => !string.IsNullOrEmpty(id)).WithMessage("is missing: the id of a config of this project, unless retry_of names a rollout that has one")
            .Unless(rollout => rollout.HasBindingError("config_id") || rollout is { RetryOf: not null, ConfigId: null });
        // A request that comes again gets the first rollout, even if the config has gone since.
        RuleFor(rollout => rollout.ConfigId).ConfigOfProject(configs).UnlessAsync((rollout, context, _) => keys.ContainsAsync(
            (string)context.RootContextData[ValidationFilter.ProjectKey], InsertRollout.Operation, rollout.Idempotency).AsTask());
        RuleFor(rollout => rollout.Servers).Custom((_, context) => CheckServers(context));
        RuleFor(rollout => rollout.Action).AtMost(255);
        Whole(rollout => rollout.Timeout, CreateDeploymentValidator.LongestTimeout, "a whole number of seconds ");
        Whole(rollout => rollout.PauseSeconds, LongestPause, "a whole number of seconds ");
        Whole(rollout => rollout.MaxFailures, MostServers, "a whole number ");
        Whole(rollout => rollout.MaxFailurePercent, 100, "a whole number ");
        RuleFor(rollout => rollout.MaxFailurePercent).Null().When(rollout => rollout.MaxFailures is not null).WithMessage("is there beside max_failures: give one of them");
        RuleFor(rollout => rollout.BatchSizes)
            .Must(sizes => sizes is null || (sizes.Count is > 0 and <= MostBatchSizes))
            .Unless(rollout => rollout.BindingErrors.Any(fault => fault.Name.StartsWith("batch_sizes", StringComparison.Ordinal)))
            .WithMessage($"is empty or has more than {MostBatchSizes} sizes: leave it out for all servers at once");
    }

    private void Whole(System.Linq.Expressions.Expression<Func<CreateRollout, long?>> field, int most, string what) =>
        RuleFor(field).InclusiveBetween(0, most).WithMessage($"must be {what}from 0 to {most}");

    private static void CheckServers(ValidationContext<CreateRollout> context)
    {
        var rollout = context.InstanceToValidate;
        var isMisfit = rollout.BindingErrors.Any(fault => fault.Name.StartsWith("server", StringComparison.Ordinal) || fault.Name == "retry_of");
        var given = new object?[] { rollout.Servers, rollout.ServerFilter, rollout.RetryOf }.Count(way => way is not null);
        if (given != 1 && !(isMisfit && given == 0))
        {
            context.AddFailure(given == 0 ? "are missing: name them, or give server_filter or retry_of instead" : "give one of servers, server_filter and retry_of");
        }

        if (rollout.Servers is not { } servers || isMisfit)
        {
            return;
        }

        if (servers.Count is 0 or > MostServers)
        {
            context.AddFailure(servers.Count == 0 ? "is empty: name one server at least" : $"must have at most {MostServers} servers");
            return;
        }

        foreach (var (place, server) in servers.Index().Where(one => !IsServer(one.Item)).Take(JsonFields.MostFaults + 1))
        {
            context.AddFailure(string.Create(CultureInfo.InvariantCulture, $"servers[{place}]"), $"must have 1 to {LongestServer} printable characters");
        }
    }

    private static bool IsServer(string server) =>
        server.Length > 0 && (server.Length <= LongestServer || server.EnumerateRunes().Count() <= LongestServer)
        && !server.Any(character => char.IsControl(character) || character is '\u2028' or '\u2029');
}
