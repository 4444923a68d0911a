namespace DeploymentService.Storage;

/// <summary>
/// A statement that changes rows, in the SQL that all engines have in common, with parameters <c>$1</c>, <c>$2</c> and so on. For what the service does by itself,
/// at a start and every few seconds: a service that nobody administers need not load EF Core for it, and a row costs 1 µs, not 19.
/// </summary>
/// <param name="Sql">Its text, a constant.</param>
/// <param name="Bind">Gives the parameters of one run, in their order.</param>
public sealed record Statement<T>(string Sql, Action<IParameters, T> Bind);
