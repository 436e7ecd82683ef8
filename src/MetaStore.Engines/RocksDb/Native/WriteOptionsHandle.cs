using Microsoft.Win32.SafeHandles;

namespace MetaStore.Engines.RocksDb.Native;

/// <summary>Options of every write: without RocksDB's own log, because the Raft log is the log (ADR 0003).</summary>
internal sealed class WriteOptionsHandle : SafeHandleZeroOrMinusOneIsInvalid
{
    public WriteOptionsHandle()
        : base(ownsHandle: true)
    {
        SetHandle(NativeOptions.CreateWrite());
        NativeOptions.DisableWal(this, 1);
    }

    protected override bool ReleaseHandle()
    {
        NativeOptions.DestroyWrite(handle);
        return true;
    }
}
