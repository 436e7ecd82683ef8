using System.Runtime.InteropServices;
using MetaStore.Raft.Runtime.Native;
using MetaStore.Server.Configuration;
using MetaStore.Server.Hosting;
using MetaStore.Server.Observability;
using Microsoft.Extensions.Logging;

ConfigurationResult configuration = ConfigurationLoader.Load(args, Environment.GetEnvironmentVariables(), file => new StreamReader(file));
switch (configuration.Command)
{
    case StartCommand.Version:
        StandardStream.Output.Write(ConfigurationText.Version());
        return ExitCodes.Ok;
    case StartCommand.Help:
        StandardStream.Output.Write(ConfigurationText.Help());
        return ExitCodes.Ok;
}

if (configuration.Errors.Count > 0)
{
    StandardStream.Error.Write(ConfigurationText.Errors(configuration.Errors));
    return ExitCodes.BadConfiguration;
}

if (configuration.Command == StartCommand.WhatIf)
{
    StandardStream.Output.Write(ConfigurationText.WhatIf(configuration));
    return ExitCodes.Ok;
}

StateEngines.Prepare(configuration.Options.Storage);
Logs logs;
ILoggerFactory made;
try
{
    made = Logs.Create(configuration.Options.Logging, out logs);
}
catch (StartException unusable)
{
    StandardStream.Error.Write($"metastore: {unusable.Message.ReplaceLineEndings(" ")}\n");
    return unusable.ExitCode;
}

using ILoggerFactory loggers = made;
var log = new ServerLog(loggers.CreateLogger("MetaStore.Server"));
ProcessFaults.Report(log);
foreach (string warning in configuration.Warnings)
{
    log.ConfigurationWarning(warning);
}

if (configuration.Options.Storage.MemoryMlock && MemoryLock.All() is { } refused)
{
    Say($"--memory-mlock: the system does not lock memory ({refused}); raise the limit (LimitMEMLOCK=infinity, ulimit -l unlimited) or leave it out");
    return ExitCodes.BadConfiguration;
}

var stop = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
try
{
    await using MetaStoreHost host = await MetaStoreHost.StartAsync(
        configuration.Options, loggers, new FlushingFatalHandler(logs, ProcessFatalHandler.Instance));
    using var systemd = new SystemdNotices(Environment.GetEnvironmentVariables(), log);
    if (await Task.WhenAny(host.Serving, stop.Task, host.Removed) == host.Serving)
    {
        systemd.Ready(host.Progress.Look);
    }

    bool isStop = await Task.WhenAny(stop.Task, host.Removed) == stop.Task;
    systemd.Stopping();
    await host.StopAsync(isStop ? await stop.Task : "its removal from the cluster");
    if (isStop)
    {
        return ExitCodes.Ok;
    }

    Say(MetaStoreHost.RemovedText);
    return ExitCodes.Removed;
}
catch (StartException failure)
{
    Say(failure.Message);
    return failure.ExitCode;
}

// After the log lines that tell how it came to this.
void Say(string why)
{
    logs.Flush(TimeSpan.FromSeconds(2));
    StandardStream.Error.Write($"metastore: {why.ReplaceLineEndings(" ")}\n");
}

void Stop(PosixSignalContext signal)
{
    signal.Cancel = true;
    stop.TrySetResult(signal.Signal.ToString());
}
