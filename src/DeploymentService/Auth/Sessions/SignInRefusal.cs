namespace DeploymentService.Auth.Sessions;

/// <summary>
/// What a Keystone knows and this service does not: each is told what to do instead, before anybody looks at a password.
/// </summary>
internal static class SignInRefusal
{
    private const string Instead = "sign in with the method password, the name of a token of this service as the user and its secret as the password.";

    private static readonly Dictionary<string, string> Methods = new()
    {
        ["application_credential"] = $"There are no application credentials here: {Instead}",
        ["totp"] = $"There are no one-time passcodes here: {Instead}",
        ["oauth1"] = $"There is no OAuth here: {Instead}",
        ["saml2"] = $"There is no federation here: {Instead}",
        ["openid"] = $"There is no federation here: {Instead}",
        ["mapped"] = $"There is no federation here: {Instead}",
        ["kerberos"] = $"There is no Kerberos here: {Instead}",
        ["external"] = $"The web server recognises nobody here: {Instead}",
        ["assume_role"] = $"There are no agencies here: {Instead}",
        ["hw_assume_role"] = $"There are no agencies here: {Instead}",
    };

    /// <summary>Why these ways to prove who one is are refused; null for the two that there are.</summary>
    public static string? OfMethods(IReadOnlyList<string> methods) => methods switch
    {
        ["password"] or ["token"] => null,
        _ when methods.FirstOrDefault(Methods.ContainsKey) is { } known => Methods[known],
        [_] => $"There is no such method here: {Instead}",
        _ => $"One method at a time is supported here: {Instead}",
    };

    /// <summary>Why a scope with these members is refused; null for a project, a domain, and none.</summary>
    public static string? OfScope(IEnumerable<string> names)
    {
        var sent = names.ToList();
        return sent switch
        {
            [] => null,
            _ when sent.Contains("system") => "There is no system scope here: leave the scope out. The session of an admin may act in every project.",
            _ when sent.Contains("OS-TRUST:trust") => "There are no trusts here: leave the scope out, and sign in with a token of the project.",
            _ when sent.Exists(name => name is "project" or "domain" or "unscoped") => null,
            _ => "There is no such scope here: leave it out, or name a project.",
        };
    }
}
