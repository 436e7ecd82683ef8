using MetaStore.StateMachine.Tests.Rig;
using MetaStore.StateMachine.Watch;
using MetaStore.StateMachine.Watch.Index;

namespace MetaStore.StateMachine.Tests.Watch;

/// <summary>A state machine with a hub as its sink, and one receiver.</summary>
internal sealed class WatchRig
{
    private readonly PublishedChanges _changes;
    private long _ids;

    public WatchRig(string engine)
    {
        Store = new StoreRig(engine);
        Hub = new WatchHub(Store.Machine.Reader);
        _changes = new PublishedChanges(Store.Revision, () => { }) { IsWanted = true };
        Store.Machine.Sink = _changes;
    }

    public StoreRig Store { get; }

    public WatchHub Hub { get; }

    public RecordingReceiver Receiver { get; } = new();

    /// <summary>Lets the hub take what was published.</summary>
    public void Pump(Action<AuthMark>? onAuthChanged = null) => _changes.MoveTo(Hub, onAuthChanged);

    public Watcher Watch(string key, string end = "", long start = 0, WatchFilters form = WatchFilters.Plain, RecordingReceiver? receiver = null)
    {
        receiver ??= Receiver;
        var range = new WatchRange(Bytes.Of(key).ToArray(), Bytes.Of(end).ToArray());
        var watcher = new Watcher(receiver, _ids++, range, form);
        receiver.Lines.Add(watcher.Id, []);
        Hub.Add(watcher, start);
        return watcher;
    }

    public List<string> Lines(Watcher watcher) => ((RecordingReceiver)watcher.Receiver).Lines[watcher.Id];
}
