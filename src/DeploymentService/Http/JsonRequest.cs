using DeploymentService.Http.OpenApi;
using DeploymentService.Json;
using FluentValidation;

namespace DeploymentService.Http;

/// <summary>A request body that was read field by field. Its validator begins with what did not fit then.</summary>
[Body]
public abstract record JsonRequest
{
    /// <summary>Fields that were not of the kind that belongs there.</summary>
    internal IReadOnlyList<FieldFault> BindingErrors { get; init; } = [];

    /// <summary>Takes what belongs to the request and stands in its headers.</summary>
    /// <param name="http">The request.</param>
    /// <param name="body">Its body, as it was sent.</param>
    /// <exception cref="FaultException">400: a header does not fit.</exception>
    internal virtual void BindHeaders(HttpContext http, ReadOnlyMemory<byte> body)
    {
    }

    /// <summary>True when a field was sent but was not of the kind that belongs there, so that nothing more need be said of it.</summary>
    internal bool HasBindingError(string field)
    {
        foreach (var misfit in BindingErrors)
        {
            if (misfit.Name == field)
            {
                return true;
            }
        }

        return false;
    }
}

/// <summary>The rules of a request: the misfit fields first, then what a derived class adds.</summary>
public abstract class JsonRequestValidator<T> : AbstractValidator<T>
    where T : JsonRequest
{
    /// <summary>Reports the fields that did not fit, so that they stand in one answer with all other faults.</summary>
    protected JsonRequestValidator() =>
        RuleFor(request => request.BindingErrors).Custom((faults, context) =>
        {
            foreach (var fault in faults)
            {
                context.AddFailure(fault.Name, fault.Message);
            }
        });
}
