using Microsoft.Win32.SafeHandles;

namespace MetaStore.Engines.RocksDb.Native;

/// <summary>Options of a database, all column families alike.</summary>
internal sealed class OptionsHandle : SafeHandleZeroOrMinusOneIsInvalid
{
    public OptionsHandle()
        : base(ownsHandle: true) => SetHandle(NativeOptions.Create());

    protected override bool ReleaseHandle()
    {
        NativeOptions.Destroy(handle);
        return true;
    }
}
