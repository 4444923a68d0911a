namespace DeploymentService.Agents;

/// <summary>What the service tells a hook and the agent's notifier beside the author's inputs.</summary>
internal static class AddedInputs
{
    private const string TransportName = "deploy_signal_transport";
    private const string AddressName = "deploy_signal_id";
    private const string VerbName = "deploy_signal_verb";

    // The notifier's word for: send the outputs to the address of deploy_signal_id.
    private const string ToAddress = "TEMP_URL_SIGNAL";

    // What the stock command line gives by itself: then nobody would ever hear how the deployment went.
    private const string NoSignal = "NO_SIGNAL";

    /// <summary>One input; all are of type String.</summary>
    public sealed record Input(string Name, string Value, string Description);

    /// <summary>The inputs of an entry, without those to which the author gave a value.</summary>
    /// <param name="entry">The deployment.</param>
    /// <param name="signalUrl">Where the agent reports to.</param>
    /// <param name="given">The value that the author gave an input; empty for none.</param>
    public static List<Input> Of(AgentEntry entry, string signalUrl, Func<string, string> given)
    {
        Input[] facts =
        [
            new("deploy_server_id", entry.ServerId, "The server that the deployment is for"),
            new("deploy_action", entry.Action ?? "", "The stack action that triggered the deployment"),
            new("deploy_stack_id", entry.DeploymentId, "The deployment"),
            new("deploy_resource_name", entry.Config.Name ?? "", "The name of the config"),
        ];
        List<Input> added = [.. facts.Where(fact => given(fact.Name).Length == 0)];

        // All three or none: an address is worthless with another's transport.
        if (!ReportsElsewhere(given))
        {
            added.Add(new(TransportName, ToAddress, "How the outputs are reported"));
            added.Add(new(AddressName, signalUrl, "Where the outputs are reported to"));
            // The notifier tries a PUT again for minutes while the service cannot answer, and a POST never.
            added.Add(new(VerbName, "PUT", "The HTTP method of the report"));
        }

        return added;
    }

    private static bool ReportsElsewhere(Func<string, string> given) => given(TransportName) switch
    {
        "" or NoSignal => false,
        ToAddress => given(AddressName).Length > 0,
        _ => true,
    };
}
