using MetaStore.IO;

namespace MetaStore.Raft.Storage.Tests.Wal;

/// <summary>Records a fatal error instead of exiting.</summary>
internal sealed class FatalNote : IFatalHandler
{
    private readonly TaskCompletionSource<(int ExitCode, string Reason)> _first = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal Task<(int ExitCode, string Reason)> First => _first.Task.WaitAsync(TimeSpan.FromSeconds(20));

    internal bool WasCalled => _first.Task.IsCompleted;

    public void OnFatal(int exitCode, string reason) => _first.TrySetResult((exitCode, reason));
}
