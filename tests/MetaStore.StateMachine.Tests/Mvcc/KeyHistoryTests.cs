using MetaStore.StateMachine.Mvcc.Reading;
using MetaStore.StateMachine.Tests.Rig;

namespace MetaStore.StateMachine.Tests.Mvcc;

/// <summary>The changes of one key that are not compacted, newest first.</summary>
public abstract class KeyHistoryTests(string engine)
{
    private readonly StoreRig _rig = new(engine);

    [SkippableFact]
    public void History_HasEveryLifeOfTheKey()
    {
        _rig.Put("k", "1");
        _rig.Put("k", "2");
        _rig.Delete("k");
        _rig.Put("other");
        _rig.Put("k", "3");
        Assert.Equal("6/6/1 4/0/0 3/2/2 2/2/1", Show("k", 0, 10));
        Assert.Equal("6/6/1 4/0/0", Show("k", 0, 2));
        Assert.Equal("3/2/2 2/2/1", Show("k", 4, 10));
        Assert.Equal("", Show("k", 2, 10));
        Assert.Equal("", Show("never", 0, 10));
    }

    [SkippableFact]
    public void History_EndsWithWhatACompactionKeeps()
    {
        _rig.Put("k", "1");
        _rig.Put("k", "2");
        _rig.Put("k", "3");
        _rig.Put("gone");
        _rig.Delete("gone");
        _rig.Put("gone");
        _rig.Compact(3);
        Assert.Equal("4/2/3 3/2/2", Show("k", 0, 10));
        _rig.CompactPhysically();
        Assert.Equal("4/2/3 3/2/2", Show("k", 0, 10));
        _rig.Compact(6);
        Assert.Equal("7/7/1", Show("gone", 0, 10));
        Assert.Equal("4/2/3", Show("k", 0, 10));
    }

    [SkippableFact]
    public void History_OfAnOpenRead_HasNothingNewer()
    {
        _rig.Put("k", "1");
        using ReadTxn before = _rig.Machine.Reader.OpenRead();
        _rig.Put("k", "2");
        Assert.Equal("2/2/1", Show(before, "k", 0, 10));
        Assert.Equal("2/2/1", Show(before, "k", 100, 10));
    }

    private string Show(string key, long before, int max)
    {
        using ReadTxn txn = _rig.Machine.Reader.OpenRead();
        return Show(txn, key, before, max);
    }

    private static string Show(ReadTxn txn, string key, long before, int max) =>
        string.Join(' ', txn.History(Bytes.Of(key).Span, before, max).Select(change => $"{change.Revision}/{change.CreateRevision}/{change.Version}"));
}
