using Microsoft.Extensions.Logging;

namespace MetaStore.Hosting;

/// <summary>Log lines about the member's effect on its host.</summary>
internal static partial class MemberLog
{
    [LoggerMessage(1, LogLevel.Critical, "The member must not continue and stops its host, with exit code {ExitCode}: {Reason}")]
    public static partial void MemberFailed(ILogger logger, int exitCode, string reason);

    [LoggerMessage(2, LogLevel.Critical, "The member stops its host, with exit code {ExitCode}: {Reason}")]
    public static partial void MemberRemoved(ILogger logger, int exitCode, string reason);

    [LoggerMessage(3, LogLevel.Warning, "{Setting} has no effect: the host's logging applies")]
    public static partial void LoggingIsTheHosts(ILogger logger, string setting);
}
