using System.Text.Json;
using DeploymentService.Http;
using DeploymentService.Http.Bodies;
using DeploymentService.Http.OpenApi;
using DeploymentService.Json;

namespace DeploymentService.Auth.Sessions;

/// <summary>The body of <c>POST /v3/auth/tokens</c>, as far as it matters here: domains are ignored.</summary>
[Body(typeof(SignInBody), Kind = BodyKind.SignIn)]
public sealed record SignIn
{
    /// <summary>The ways to prove who one is that were sent, such as <c>password</c>; exactly one is supported at a time.</summary>
    public required IReadOnlyList<string> Methods { get; init; }

    /// <summary>The user's name, or its id: a token's name, or its id. Null with the method <c>token</c>.</summary>
    public string? User { get; init; }

    /// <summary>The user's password, or the token: a token's secret, or a session's. Null when it was not sent.</summary>
    public string? Secret { get; init; }

    /// <summary>The id or the name of the wanted project, which are the same here; null for the token's own.</summary>
    public string? Project { get; init; }

    /// <summary>Why nobody can sign in like this, and what to do instead; null when name and password decide.</summary>
    public string? ErrorOf { get; init; }

    /// <summary>Reads the body.</summary>
    /// <exception cref="FaultException">400: it is no request for a token; the message names all that is wrong.</exception>
    public static ValueTask<SignIn?> BindAsync(HttpContext http) => JsonBody.ReadAsync(http, Read, BodyKind.SignIn);

    private static SignIn Read(JsonFields body)
    {
        var faults = new List<FieldFault>();
        var parts = new List<JsonFields> { body };

        JsonFields? Part(JsonFields? whole, string name, string prefix, bool required)
        {
            var part = whole?.Object(name) is { } json ? JsonFields.Read(json.Utf8, prefix) : null;
            if (part is not null)
            {
                parts.Add(part);
            }
            else if (required && whole is not null && whole.Any(name) is null)
            {
                whole.AddError(name, "is required: an object");
            }

            return part;
        }

        var auth = Part(body, "auth", "auth.", required: true);
        var identity = Part(auth, "identity", "auth.identity.", required: true);
        var password = Part(identity, "password", "auth.identity.password.", required: false);
        var user = Part(password, "user", "auth.identity.password.user.", required: true);
        var token = Part(identity, "token", "auth.identity.token.", required: false);
        // Where there is one domain and every token has its project, no scope, the scope "unscoped" and that of a domain come to the same.
        var isUnscoped = auth?.Any("scope") is { } sent && sent.Utf8.Span.SequenceEqual("\"unscoped\""u8);
        var scope = isUnscoped ? null : Part(auth, "scope", "auth.scope.", required: false);
        var project = Part(scope, "project", "auth.scope.project.", required: false);
        Part(scope, "domain", "auth.scope.domain.", required: false);

        var methods = identity?.List("methods") is { } list ? Texts(list) : [];
        if (identity is not null && methods.Count == 0)
        {
            identity.AddError("methods", "is required: [\"password\"] or [\"token\"]");
        }

        var isByToken = methods is ["token"];
        var signIn = new SignIn
        {
            Methods = methods,
            User = isByToken ? null : user?.Text("name") ?? user?.Text("id"),
            Secret = isByToken ? token?.Text("id") : user?.Text("password"),
            Project = project?.Text("id") ?? project?.Text("name"),
            ErrorOf = SignInRefusal.OfMethods(methods) ?? SignInRefusal.OfScope(scope?.Names ?? []),
        };
        faults.AddRange(parts.SelectMany(part => part.Faults));
        return faults.Count == 0
            ? signIn
            : throw new FaultException(Fault.BadRequest(string.Join("; ", faults.Select(fault => $"{fault.Name}: {fault.Message}")) + "."));
    }

    /// <summary>The strings of a list; empty when anything else is in it.</summary>
    private static List<string> Texts(JsonText list)
    {
        using var document = JsonDocument.Parse(list.Utf8);
        var values = document.RootElement.EnumerateArray().ToList();
        return values.TrueForAll(value => value.ValueKind == JsonValueKind.String) ? values.ConvertAll(value => value.GetString()!) : [];
    }
}
