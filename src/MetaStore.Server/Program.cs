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
        Console.Out.Write(ConfigurationText.Version());
        return ExitCodes.Ok;
    case StartCommand.Help:
        Console.Out.Write(ConfigurationText.Help());
        return ExitCodes.Ok;
}

if (configuration.Errors.Count > 0)
{
    Console.Error.Write(ConfigurationText.Errors(configuration.Errors));
    return ExitCodes.BadConfiguration;
}

if (configuration.Command == StartCommand.WhatIf)
{
    Console.Out.Write(ConfigurationText.WhatIf(configuration));
    return ExitCodes.Ok;
}

using ILoggerFactory loggers = Logs.Create(configuration.Options.Logging);
var log = new ServerLog(loggers.CreateLogger("MetaStore.Server"));
ProcessFaults.Report(log);
foreach (string warning in configuration.Warnings)
{
    log.ConfigurationWarning(warning);
}

if (configuration.Options.Storage.MemoryMlock && MemoryLock.All() is { } refused)
{
    Console.Error.WriteLine($"metastore: --memory-mlock: the system does not lock memory ({refused}); raise the limit (LimitMEMLOCK=infinity, ulimit -l unlimited) or leave it out");
    return ExitCodes.BadConfiguration;
}

var stop = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
try
{
    await using MetaStoreHost host = await MetaStoreHost.StartAsync(configuration.Options, loggers, ProcessFatalHandler.Instance);
    if (await Task.WhenAny(stop.Task, host.Removed) == stop.Task)
    {
        await host.StopAsync(await stop.Task);
        return ExitCodes.Ok;
    }

    await host.StopAsync("its removal from the cluster");
    Console.Error.WriteLine($"metastore: {MetaStoreHost.RemovedText}");
    return ExitCodes.Removed;
}
catch (StartException failure)
{
    Console.Error.WriteLine($"metastore: {failure.Message.ReplaceLineEndings(" ")}");
    return failure.ExitCode;
}

void Stop(PosixSignalContext signal)
{
    signal.Cancel = true;
    stop.TrySetResult(signal.Signal.ToString());
}
