using MetaStore.StateMachine.Auth.Rights;
using MetaStore.StateMachine.Commands.Kv;
using MetaStore.StateMachine.Commands.Users;
using MetaStore.StateMachine.Tests.Auth;
using MetaStore.StateMachine.Tests.Rig;
using MetaStore.StateMachine.Watch;

namespace MetaStore.StateMachine.Tests.Watch;

/// <summary>A watcher whose user loses its right gets every event before the change and none after it, synced or fed from history.</summary>
public abstract class AuthCutTests(string engine)
{
    private readonly WatchRig _rig = new(engine);

    [SkippableFact]
    public void Synced_EndsExactlyAtTheChange_WithinOneGroup()
    {
        Begin();
        var watcher = _rig.Watch("a", "b");
        Apply("1");
        Revoke();
        Apply("2");
        _rig.Store.Machine.Publish();
        _rig.Pump(EndAll(watcher));
        Assert.Equal(["2 PUT a=1@2/2/1", "ENDED"], _rig.Lines(watcher));
    }

    [SkippableFact]
    public void FedFromHistory_GetsAllBeforeTheChange_ThenEnds()
    {
        Begin();
        Apply("1");
        Apply("2");
        _rig.Store.Machine.Publish();
        _rig.Pump();
        var watcher = _rig.Watch("a", "b", start: 2);
        Revoke();
        Apply("3");
        _rig.Store.Machine.Publish();
        _rig.Pump(EndAll(watcher));
        Assert.Empty(_rig.Lines(watcher));
        _rig.Receiver.ReadHistory(_rig.Store.Machine.Reader, _rig.Hub);
        Assert.Equal(["2 PUT a=1@2/2/1", "3 PUT a=2@2/3/2", "ENDED"], _rig.Lines(watcher));
        Assert.True(watcher.IsRemoved);
    }

    [SkippableFact]
    public void HistoryThatIsAheadOfTheQueue_IsNotDeliveredBeforeTheChangeIsSeen()
    {
        Begin();
        Apply("1");
        _rig.Store.Machine.Publish();
        _rig.Pump();
        var watcher = _rig.Watch("a", "b", start: 2);
        Revoke();
        Apply("2");
        _rig.Store.Machine.Publish();
        _rig.Receiver.ReadHistory(_rig.Store.Machine.Reader, _rig.Hub);
        Assert.Equal(["2 PUT a=1@2/2/1"], _rig.Lines(watcher));
        _rig.Pump(EndAll(watcher));
        Assert.Equal(["2 PUT a=1@2/2/1", "ENDED"], _rig.Lines(watcher));
    }

    [SkippableFact]
    public void ADroppedQueue_KeepsTheChangesOfUsers()
    {
        Begin();
        var watcher = _rig.Watch("a", "b");
        Apply("1");
        Revoke();
        for (var i = 0; i <= PublishedChanges.RecordsMax / 100; i++)
        {
            _rig.Store.ApplyUnpublished(Ops.Txn([], [.. Enumerable.Range(0, 100).Select(key => Ops.Put($"a{key:000}"))]));
        }

        _rig.Store.Machine.Publish();
        _rig.Pump(EndAll(watcher));
        _rig.Receiver.ReadHistory(_rig.Store.Machine.Reader, _rig.Hub);
        Assert.Equal(["2 PUT a=1@2/2/1", "ENDED"], _rig.Lines(watcher));
    }

    [SkippableFact]
    public void AReplacedState_InWhichTheRightIsGone_IsNotShown()
    {
        Begin();
        var watcher = _rig.Watch("a", "b");
        Apply("1");
        _rig.Store.Machine.Publish();
        _rig.Pump();
        using var checkpoint = new MemoryStream();
        var later = new StoreRig(_rig.Store.Engine.Copy());
        later.Put("a", "2");
        later.Apply(new UserRevokeCommand { User = "u", Role = "u" });
        later.Put("a", "3");
        using (var view = later.Engine.OpenView())
        {
            later.Engine.WriteCheckpoint(view, checkpoint, CancellationToken.None);
        }

        // At which of its revisions the right went is not in the state: none of them is shown.
        checkpoint.Position = 0;
        _rig.Store.Machine.InstallCheckpoint(checkpoint, CancellationToken.None);
        _rig.Pump(EndAll(watcher));
        _rig.Receiver.ReadHistory(_rig.Store.Machine.Reader, _rig.Hub);
        Assert.Equal(["2 PUT a=1@2/2/1", "ENDED"], _rig.Lines(watcher));
        Assert.Empty(_rig.Store.Machine.Reader.Auth.Users["u"].Roles);
    }

    private void Begin()
    {
        AuthRig.User(_rig.Store, "u", (PermissionType.Read, "a", "b"));
        _rig.Pump();
    }

    private void Apply(string value) => _rig.Store.ApplyUnpublished(new PutCommand { Key = Bytes.Of("a"), Value = Bytes.Of(value) });

    private void Revoke() => _rig.Store.ApplyUnpublished(new UserRevokeCommand { User = "u", Role = "u" });

    /// <summary>Ends a watcher when its user cannot read any more, as the server does.</summary>
    private Action<AuthMark> EndAll(Watcher watcher) => mark =>
    {
        if (mark.State.Users["u"].Roles.Count == 0)
        {
            _rig.Hub.EndNow(watcher);
        }
    };
}
