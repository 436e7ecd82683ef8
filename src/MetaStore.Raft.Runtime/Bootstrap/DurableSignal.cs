using MetaStore.Raft.Storage.Wal;

namespace MetaStore.Raft.Runtime.Bootstrap;

/// <summary>Lets the start of a node wait for the disk.</summary>
internal sealed class DurableSignal : IWalCompletion, IDisposable
{
    private readonly ManualResetEventSlim _durable = new();

    public void OnDurable(WalAppend append) => _durable.Set();

    public void Wait() => _durable.Wait();

    public void Dispose() => _durable.Dispose();
}
