using MetaStore.IO;
using MetaStore.Raft.Runtime.Background;
using MetaStore.Server.Configuration;
using MetaStore.Server.Hosting;
using MetaStore.Server.Hosting.Lifetime;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MetaStore.Hosting;

/// <summary>Starts and stops the member with the host, and the host with the member when that is removed from its cluster.</summary>
internal sealed class MemberService(
    ConfigurationResult configuration, MetaStoreHostedService member, HostFatalHandler fatal, IHostApplicationLifetime lifetime, ILogger<MemberService> log) : IHostedService
{
    /// <summary>Settings of the program's own log.</summary>
    private static readonly string[] LogSettings =
        ["log-level", "log-format", "log-outputs", "logger", "enable-log-rotation", "log-rotation-config-json"];

    /// <summary>True between the start and the stop.</summary>
    public bool IsRunning { get; private set; }

    /// <inheritdoc/>
    /// <exception cref="MetaStoreStartException">The member cannot start.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (string source in LogSettings.Where(configuration.Sources.ContainsKey).Select(flag => configuration.Sources[flag]))
        {
            MemberLog.LoggingIsTheHosts(log, source);
        }

        try
        {
            await member.StartAsync(cancellationToken);
        }
        catch (StartException failure)
        {
            throw new MetaStoreStartException(failure.ExitCode, failure.Message, failure);
        }

        IsRunning = true;
        SupervisedTask.Observe("the end of a removed member", StopWhenRemovedAsync(member.Member.Removed), log);
    }

    /// <inheritdoc/>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        IsRunning = false;
        await member.StopAsync(cancellationToken);
        fatal.MemberStopped();
    }

    private async Task StopWhenRemovedAsync(Task removed)
    {
        await removed;
        Environment.ExitCode = ExitCodes.Removed;
        MemberLog.MemberRemoved(log, ExitCodes.Removed, MetaStoreHost.RemovedText);
        member.StopReason = "its removal from the cluster";
        lifetime.StopApplication();
    }
}
