using DeploymentService.Auth.Keystone;
using DeploymentService.Auth.Sessions;
using DeploymentService.Http;
using DeploymentService.Storage;
using FluentValidation;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;

namespace DeploymentService.Auth;

/// <summary>Registers who may do what.</summary>
public static class AuthSetup
{
    /// <summary>Adds roles and the way to recognise callers that the settings name.</summary>
    public static void AddAuth(this IServiceCollection services, AuthenticationOptions options)
    {
        services.AddSingleton(options);
        services.AddSingleton<SignInAddress>();
        services.AddSingleton<IChallenges, Challenges>();
        services.AddSingleton<TokenWatch>();
        services.AddSingleton<IHeldRequests>(provider => provider.GetRequiredService<TokenWatch>());
        services.AddHostedService(provider => provider.GetRequiredService<TokenWatch>());

        // Without AddAuthentication's data protection, which would keep keys of its own that nothing here uses.
        services.AddAuthenticationCore(core => core.DefaultScheme = TokenAuthentication.Scheme);
        services.AddWebEncoders();
        var authentication = new AuthenticationBuilder(services);
        switch (options.Mode)
        {
            case AuthenticationMode.None:
                services.AddTokens();
                services.AddSingleton<IRecognition, EverybodyIsGood>();
                services.AddHostedService<LoopbackOnly>();
                authentication.AddScheme<AuthenticationSchemeOptions, NoAuthentication>(TokenAuthentication.Scheme, null);
                break;
            case AuthenticationMode.Keystone:
                services.AddKeystone(options.Keystone!);
                services.AddSingleton<IRecognition>(provider => provider.GetRequiredService<KeystoneCallers>());
                authentication.AddScheme<AuthenticationSchemeOptions, KeystoneAuthentication>(TokenAuthentication.Scheme, null);
                break;
            default:
                services.AddTokens();
                services.AddSingleton<IRecognition>(provider => provider.GetRequiredService<TokenLookup>());
                authentication.AddScheme<AuthenticationSchemeOptions, TokenAuthentication>(TokenAuthentication.Scheme, null);
                break;
        }

        services.AddAuthorization();
        services.AddSingleton<IAuthorizationHandler, PermissionHandler>();
        services.AddSingleton<IAuthorizationMiddlewareResultHandler, AuthorizationResultHandler>();
    }

    private static void AddTokens(this IServiceCollection services)
    {
        services.AddSingleton<TokenRegistry>();
        services.AddSingleton<ILogFollower>(provider => provider.GetRequiredService<TokenRegistry>());
        services.AddSingleton<MemoryLease>();
        services.AddSingleton<TokenLookup>();
        services.AddSingleton<TokenWriter>();
        services.AddSingleton<TokenStore>();
        services.AddSingleton<SessionStore>();
        services.AddSingleton<FailedSignIns>();
        services.AddSingleton<BootstrapToken>();
        services.AddHostedService<FirstAdminToken>();
        services.AddHostedService<TokenUseRecorder>();
        services.AddSingleton<IValidator<CreateToken>, CreateTokenValidator>();
    }
}
