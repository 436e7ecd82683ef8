using Grpc.Core;
using MetaStore.Cli.CommandLine;
using MetaStore.Cli.Terminals;

namespace MetaStore.Cli.Commands.Locks;

/// <summary>Holds a lock or a leadership until it is interrupted, which is success, or lost, which is an error.</summary>
internal static class OwnershipLost
{
    /// <summary>Waits for either. Returns the exit code.</summary>
    public static async Task<int> WaitAsync(string verb, Func<RpcException?> failure, CancellationToken lost, CancellationToken interrupted)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(lost, interrupted);
        await Task.Delay(Timeout.Infinite, either.Token).ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        return interrupted.IsCancellationRequested ? ExitCodes.Ok : Report(verb, failure());
    }

    /// <summary>Reports the loss and its reason on stderr. Returns the exit code.</summary>
    public static int Report(string verb, RpcException? failure)
    {
        Terminal.Complain($"Error: {verb}: session expired" + (failure is null ? string.Empty : $" ({failure.Status.Detail})"));
        return ExitCodes.Error;
    }
}
