using DeploymentService.Json;
using FluentValidation;
using FluentValidation.Results;

namespace DeploymentService.Http;

/// <summary>
/// Stands before every endpoint of a project. It looks once, when an endpoint is built, whether the handler takes a body that has a
/// validator, and then refuses what is wrong with a body, all of it at once, before the handler sees it.
/// </summary>
public static class ValidationFilter
{
    /// <summary>The key under which a validator finds the project of the request.</summary>
    public const string ProjectKey = "project_id";

    // The name of a fault can have a megabyte: nobody reads an answer of that size.
    private const int LongestFault = 500;

    /// <summary>Adds the filter to a group of routes.</summary>
    public static RouteGroupBuilder ValidateBodies(this RouteGroupBuilder group)
    {
        group.AddEndpointFilterFactory((factory, next) =>
        {
            var parameters = factory.MethodInfo.GetParameters();
            var position = Array.FindIndex(parameters, parameter => parameter.ParameterType.IsSubclassOf(typeof(JsonRequest)));
            if (position < 0)
            {
                return next;
            }

            var validator = (IValidator)factory.ApplicationServices.GetRequiredService(
                typeof(IValidator<>).MakeGenericType(parameters[position].ParameterType));
            return async invocation => await ValidateAsync(validator, invocation, position) is { } fault ? fault : await next(invocation);
        });
        return group;
    }

    private static async ValueTask<Fault?> ValidateAsync(IValidator validator, EndpointFilterInvocationContext invocation, int position)
    {
        var http = invocation.HttpContext;
        var context = new ValidationContext<object>(invocation.Arguments[position]!);
        context.RootContextData[ProjectKey] = http.GetRouteValue("project_id")!;
        var result = await validator.ValidateAsync(context, http.RequestAborted);
        if (result.IsValid)
        {
            return null;
        }

        // As in Heat, a resource that is not there is a 404 even when the body could not be stored in it either.
        if (http.GetEndpoint()?.Metadata.GetMetadata<ResourceLookup>() is { } lookup && await lookup.FindAsync(http) is { } missing)
        {
            return missing;
        }

        return Fault.BadRequest(Describe(result.Errors));
    }

    private static string Describe(List<ValidationFailure> errors)
    {
        var sentences = errors.Take(JsonFields.MostFaults).Select(error => Shorten($"{error.PropertyName}: {error.ErrorMessage}")).ToList();
        if (errors.Count > JsonFields.MostFaults)
        {
            // How many is not known: nobody looked for them.
            sentences.Add("and more");
        }

        return string.Join("; ", sentences) + ".";
    }

    private static string Shorten(string sentence)
    {
        if (sentence.Length <= LongestFault)
        {
            return sentence;
        }

        // Not through the middle of an emoji.
        var end = char.IsHighSurrogate(sentence[LongestFault - 1]) ? LongestFault - 1 : LongestFault;
        return sentence[..end] + "…";
    }
}

/// <summary>Metadata of a route whose resource may not be there.</summary>
/// <param name="FindAsync">Looks; the fault when it is missing.</param>
public sealed record ResourceLookup(Func<HttpContext, ValueTask<Fault?>> FindAsync);
