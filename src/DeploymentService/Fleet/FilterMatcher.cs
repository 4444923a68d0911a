namespace DeploymentService.Fleet;

/// <summary>
/// A filter at work on all deployments of a project: as <see cref="DeploymentFilter.Matches"/>, but whatever many of them have in common is held against the filter once.
/// For one thread.
/// </summary>
internal sealed class FilterMatcher : IDisposable
{
    private const int UsualReasons = 1 << 12;
    private const int UsualConfigs = 1 << 12;

    private readonly DeploymentFilter _filter;
    private readonly bool _isOfServers;
    private readonly bool _isOfConfigs;
    private readonly bool _isOfActions;
    private readonly IdPart _id;
    private readonly Verdicts<FleetServer> _servers;
    private readonly Verdicts<FleetConfig> _configs;
    private readonly Verdicts<FleetReason> _reasons;

    /// <summary>Begins a search.</summary>
    /// <param name="filter">What is asked for.</param>
    /// <param name="servers">About how many servers there are.</param>
    public FilterMatcher(DeploymentFilter filter, int servers)
    {
        _filter = filter;
        var hasText = filter.Text is not null;
        _isOfServers = hasText || filter.ServerId is not null || filter.ServerPart is not null;
        _isOfConfigs = hasText || filter.ConfigId is not null || filter.Name is not null || filter.NamePart is not null;
        _isOfActions = filter.Action is not null || filter.ActionPart is not null;
        _id = new(filter.Text);
        _servers = new(servers, server => Both(filter.Fits(server), hasText && filter.Has(server.Id)));
        _configs = new(UsualConfigs, config => Both(filter.Fits(config), hasText && filter.Has(config.Name)));
        _reasons = new(UsualReasons, reason => Both(true, filter.HasText(reason)));
    }

    /// <summary>The filter.</summary>
    public DeploymentFilter Filter => _filter;

    /// <summary>True of a deployment that is asked for.</summary>
    public bool Matches(FleetEntry entry)
    {
        var (server, config) = (Verdict.Fits, Verdict.Fits);
        return _filter.FitsItself(entry)
            && (!_isOfServers || ((server = _servers.Of(entry.Server)) & Verdict.Fits) != 0)
            && (!_isOfConfigs || ((config = _configs.Of(entry.Config)) & Verdict.Fits) != 0)
            && (!_isOfActions || _filter.Fits(entry.Action))
            && (_filter.Text is null || ((server | config) & Verdict.HasText) != 0 || HasText(entry));
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _servers.Dispose();
        _configs.Dispose();
        _reasons.Dispose();
    }

    private bool HasText(FleetEntry entry) =>
        !_filter.IsOfServersAlone && ((entry.Reason is { } reason && (_reasons.Of(reason) & Verdict.HasText) != 0) || _id.IsIn(entry.Id));

    private static Verdict Both(bool fits, bool hasText) => (fits ? Verdict.Fits : Verdict.None) | (hasText ? Verdict.HasText : Verdict.None);
}
