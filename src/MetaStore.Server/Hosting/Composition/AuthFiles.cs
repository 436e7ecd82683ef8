using MetaStore.IO;
using MetaStore.Server.Auth.Audit;
using MetaStore.Server.Auth.Jwt;
using MetaStore.Server.Configuration.Options.Auth;
using MetaStore.Server.Listening.Tls.Certificates;
using Microsoft.Extensions.Logging;

namespace MetaStore.Server.Hosting.Composition;

/// <summary>Files of users and tokens that are opened before anything of the member is written: keys of JWT and the audit log.</summary>
internal sealed class AuthFiles : IDisposable
{
    private AuthFiles(JwtTokens? jwt, Stream? audit) => (Jwt, Audit) = (jwt, audit);

    /// <summary>Issues and verifies tokens; null when they are of another kind.</summary>
    public JwtTokens? Jwt { get; }

    /// <summary>Output of the audit log; null without one.</summary>
    public Stream? Audit { get; }

    /// <summary>Opens what the configuration names.</summary>
    /// <exception cref="StartException">A file cannot be used (64).</exception>
    public static AuthFiles Open(AuthOptions options, ILoggerFactory loggers)
    {
        Stream? audit = AuditLog.Open(options);
        try
        {
            return new AuthFiles(options.Jwt is { } jwt ? JwtTokens.Open(jwt, loggers.CreateLogger("MetaStore.Server.Auth"), TimeProvider.System) : null, audit);
        }
        catch (TlsFileException unusable)
        {
            audit?.Dispose();
            throw new StartException(ExitCodes.BadConfiguration, $"--auth-token: {unusable.Message}", unusable);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Jwt?.Dispose();
        Audit?.Dispose();
    }
}
