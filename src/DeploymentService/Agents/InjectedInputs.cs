namespace DeploymentService.Agents;

/// <summary>What the service tells a hook and the agent's notifier beside the author's inputs.</summary>
internal static class InjectedInputs
{
    private const string ActionName = "deploy_action";
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
        var transport = given(TransportName) is NoSignal ? "" : given(TransportName);
        List<Input> added = [];
        Add("deploy_server_id", entry.ServerId, "The server that the deployment is for");
        Add(ActionName, entry.Action ?? "", "The stack action that triggered the deployment");
        Add("deploy_stack_id", entry.DeploymentId, "The deployment");
        Add("deploy_resource_name", entry.Config.Name ?? "", "The name of the config");
        if (transport.Length == 0)
        {
            added.Add(new(TransportName, ToAddress, "How the outputs are reported"));
        }

        Add(AddressName, signalUrl, "Where the outputs are reported to");
        // The notifier tries a PUT again for minutes while the service cannot answer, and a POST never. The author's own address under another
        // transport, such as CFN_SIGNAL, is used as the notifier uses it by itself.
        if (given(AddressName).Length == 0 || transport is "" or ToAddress)
        {
            Add(VerbName, "PUT", "The HTTP method of the report");
        }

        return added;

        void Add(string name, string value, string description)
        {
            if (given(name).Length == 0)
            {
                added.Add(new(name, value, description));
            }
        }
    }

    /// <summary>The stack action, as the agent is told.</summary>
    public static string Action(AgentEntry entry, Func<string, string> given) => given(ActionName) is { Length: > 0 } own ? own : entry.Action ?? "";
}
