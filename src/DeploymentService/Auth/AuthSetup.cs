using FluentValidation;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;

namespace DeploymentService.Auth;

/// <summary>Registers who may do what.</summary>
public static class AuthSetup
{
    /// <summary>Adds tokens, roles and the way to recognise callers that the settings name.</summary>
    public static void AddAuth(this IServiceCollection services, AuthenticationOptions options)
    {
        services.AddSingleton(options);
        services.AddSingleton<TokenRegistry>();
        services.AddSingleton<TokenStore>();
        services.AddHostedService<FirstToken>();
        services.AddHostedService<TokenUseRecorder>();
        services.AddSingleton<IValidator<CreateToken>, CreateTokenValidator>();

        // Without AddAuthentication's data protection, which would keep keys of its own that nothing here uses.
        services.AddAuthenticationCore(core => core.DefaultScheme = TokenAuthentication.Scheme);
        services.AddWebEncoders();
        var authentication = new AuthenticationBuilder(services);
        if (options.Mode == AuthenticationMode.None)
        {
            services.AddHostedService<LoopbackOnly>();
            authentication.AddScheme<AuthenticationSchemeOptions, NoAuthentication>(TokenAuthentication.Scheme, null);
        }
        else
        {
            authentication.AddScheme<AuthenticationSchemeOptions, TokenAuthentication>(TokenAuthentication.Scheme, null);
        }

        services.AddAuthorization();
        services.AddSingleton<IAuthorizationHandler, OperationHandler>();
        services.AddSingleton<IAuthorizationMiddlewareResultHandler, DenialWriter>();
    }
}
