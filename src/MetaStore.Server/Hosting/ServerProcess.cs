using MetaStore.IO;
using MetaStore.IO.Native;
using MetaStore.Server.Configuration;
using MetaStore.Server.Hosting.Lifetime;
using MetaStore.Server.Hosting.Reload;
using MetaStore.Server.Observability.Logging;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.Systemd;
using Microsoft.Extensions.Logging;

namespace MetaStore.Server.Hosting;

/// <summary>The program metastore: a generic host with one member, which ends with a signal, with the member's removal, or with an error line and exit code.</summary>
/// <remarks>
/// The host is the empty one: it reads no settings files or environment names and has no console logger, because operators use etcd's flags,
/// variables and log lines. The configuration is registered as <see cref="ConfigurationResult"/>.
/// </remarks>
internal sealed class ServerProcess : IDisposable
{
    private static readonly TimeSpan LogPatience = TimeSpan.FromSeconds(2);

    private readonly ConfigurationResult _configuration;
    private readonly Func<ConfigurationResult>? _reread;
    private readonly Logs _logs;
    private readonly StopSignals _signals = new();
    private readonly IHost _host;

    private ServerProcess(ConfigurationResult configuration, Func<ConfigurationResult>? reread, Logs logs)
    {
        _configuration = configuration;
        _reread = reread;
        _logs = logs;
        _host = Build();
    }

    /// <summary>Runs the member until it stops.</summary>
    /// <param name="configuration">Without errors.</param>
    /// <param name="reread">Reads the configuration again, for SIGHUP; null when it has no file.</param>
    /// <returns>One of <see cref="ExitCodes"/>.</returns>
    public static async Task<int> RunAsync(ConfigurationResult configuration, Func<ConfigurationResult>? reread)
    {
        Logs logs;
        try
        {
            logs = Logs.Open(configuration.Options.Logging);
        }
        catch (StartException unusable)
        {
            return End(unusable.ExitCode, unusable.Message);
        }

        using (logs)
        {
            using var process = new ServerProcess(configuration, reread, logs);
            return await process.RunAsync();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _host.Dispose();
        _signals.Dispose();
    }

    private async Task<int> RunAsync()
    {
        ProcessFaults.Report(_host.Services.GetRequiredService<ServerLog>());
        try
        {
            return await HostAsync(_host.Services.GetRequiredService<MetaStoreHostedService>());
        }
        catch (StartException failure)
        {
            return Say(failure.ExitCode, failure.Message);
        }
    }

    private async Task<int> HostAsync(MetaStoreHostedService service)
    {
        try
        {
            await _host.StartAsync();
        }
        catch (OperationCanceledException) when (_signals.First is not null)
        {
            // Stopped before everything was started: what was started is stopped below.
            await _host.StopAsync();
            return ExitCodes.Ok;
        }

        using ReloadSignal? reload = _reread is null ? null : OnReload(service.Member, _reread);
        var stopping = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using CancellationTokenRegistration stop =
            _host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.Register(stopping.SetResult);
        bool removed = await Task.WhenAny(stopping.Task, service.Member.Removed) == service.Member.Removed;
        service.StopReason = removed ? "its removal from the cluster" : _signals.First ?? service.StopReason;
        await _host.StopAsync();
        return removed ? Say(ExitCodes.Removed, MetaStoreHost.RemovedText) : ExitCodes.Ok;
    }

    private ReloadSignal OnReload(MetaStoreHost member, Func<ConfigurationResult> reread)
    {
        var log = _host.Services.GetRequiredService<ServerLog>();
        return new ReloadSignal(
            new SettingsReload(_configuration, reread, (changed, next) => LiveSettings.Apply(changed, next.Options, member.Live, _logs), log), log.Logger);
    }

    private IHost Build()
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(
            new HostApplicationBuilderSettings { ApplicationName = "metastore", ContentRootPath = AppContext.BaseDirectory });
        _logs.AddTo(builder.Logging);
        builder.Services
            .AddSingleton<IFatalHandler>(new FlushingFatalHandler(_logs, ProcessFatalHandler.Instance))
            .AddSingleton(provider => new ServerLog(provider.GetRequiredService<ILoggerFactory>().CreateLogger("MetaStore.Server")))
            .AddSingleton<IHostLifetime>(provider => new SignalLifetime(_signals, provider.GetRequiredService<IHostApplicationLifetime>()))
            .Configure<HostOptions>(options => options.ShutdownTimeout = Timeout.InfiniteTimeSpan)
            .AddMember(_configuration)
            .AddHostedService(provider => provider.GetRequiredService<MetaStoreHostedService>())
            .AddHostedService(provider => new SystemdNotices(
                new SystemdNotifier(), WatchdogInterval.Of(Environment.GetEnvironmentVariables()), provider.GetRequiredService<MetaStoreHostedService>(),
                provider.GetRequiredService<ServerLog>()));
        return builder.Build();
    }

    /// <summary>Prints the last line after the log lines that explain it.</summary>
    private int Say(int exitCode, string why)
    {
        _logs.Flush(LogPatience);
        return End(exitCode, why);
    }

    private static int End(int exitCode, string why)
    {
        StandardStream.Error.Write($"metastore: {why.ReplaceLineEndings(" ")}\n");
        return exitCode;
    }
}
