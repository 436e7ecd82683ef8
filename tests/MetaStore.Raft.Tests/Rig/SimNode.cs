using MetaStore.Raft.Membership;
using MetaStore.Raft.Messages;

namespace MetaStore.Raft.Tests.Rig;

/// <summary>One core with a slow disk, and a state machine that records applied entries.</summary>
internal sealed class SimNode
{
    private readonly Func<SimNode, RaftConfig> _configure;
    private readonly Queue<Ready> _writes = [];

    public SimNode(ulong id, Func<SimNode, RaftConfig> configure, SnapshotMetadata start)
    {
        Id = id;
        _configure = configure;
        Disk.Snapshot = start;
        if (start.Index > 0)
        {
            Disk.Write(new Ready { Snapshot = start, HardState = new HardState(start.Term, 0, start.Index) });
        }

        Start();
    }

    public ulong Id { get; }

    public RaftCore Core { get; private set; } = null!;

    /// <summary>The state that survives a crash.</summary>
    public SimDisk Disk { get; private set; } = new();

    /// <summary>The log as passed to the disk, durable or not; equal to the core's own after a pump.</summary>
    public SimDisk Volatile { get; private set; } = null!;

    public ulong Applied { get; private set; }

    public ConfState ConfState { get; private set; } = ConfState.Empty;

    public int WritesWaiting => _writes.Count;

    public Action<SimNode, Message> OnSend { get; set; } = (_, _) => { };

    public Action<SimNode, Entry> OnApply { get; set; } = (_, _) => { };

    public Action<SimNode, Ready> OnReady { get; set; } = (_, _) => { };

    /// <summary>Starts from the disk, as after a crash: what was not durable is lost.</summary>
    public void Start()
    {
        _writes.Clear();
        Volatile = Disk.Copy();
        Applied = Disk.Snapshot.Index;
        ConfState = Disk.Snapshot.ConfState;
        Core = new RaftCore(_configure(this), Disk, Disk.HardState, ConfState, Applied);
    }

    /// <summary>Crashes after the first of the pending writes have reached the disk; none of them is reported.</summary>
    public void Crash(int durableWrites)
    {
        while (durableWrites-- > 0 && _writes.TryDequeue(out Ready? ready))
        {
            Disk.Write(ready);
        }

        Start();
    }

    /// <summary>Processes all Readies: sends, queues writes, applies.</summary>
    public void Pump()
    {
        while (Core.HasReady)
        {
            Ready ready = Core.TakeReady();
            Volatile.Write(ready);
            OnReady(this, ready);
            foreach (Message message in ready.Messages.Concat(ready.Notices))
            {
                OnSend(this, message);
            }

            if (ready.MustSync || ready.HardState is not null || ready.MessagesAfterPersist.Count > 0)
            {
                _writes.Enqueue(ready);
            }

            foreach (Entry entry in ready.CommittedEntries)
            {
                Apply(entry);
            }
        }
    }

    /// <summary>Completes the oldest write.</summary>
    public bool CompleteWrite()
    {
        if (!_writes.TryDequeue(out Ready? ready))
        {
            return false;
        }

        Disk.Write(ready);
        if (ready.Snapshot is { } snapshot)
        {
            Applied = snapshot.Index;
            ConfState = snapshot.ConfState;
            Core.SnapshotPersisted(snapshot.Index);
        }

        if (ready.Entries.Count > 0)
        {
            Core.Persisted(ready.Entries[^1].Index, ready.Entries[^1].Term);
        }

        foreach (Message message in ready.MessagesAfterPersist)
        {
            if (message.To == Id)
            {
                Core.Step(message);
            }
            else
            {
                OnSend(this, message);
            }
        }

        return true;
    }

    /// <summary>Takes a snapshot of the applied state and compacts the log, leaving <paramref name="keep"/> entries.</summary>
    public void TakeSnapshot(ulong keep)
    {
        if (_writes.Count > 0 || Applied <= Disk.FirstIndex || !Disk.TryGetTerm(Applied, out ulong term))
        {
            return;
        }

        var snapshot = new SnapshotMetadata(Applied, term, ConfState);
        ulong cut = Math.Max(Disk.Base.Index, Applied - Math.Min(keep, Applied));
        foreach (SimDisk disk in new[] { Disk, Volatile })
        {
            disk.Snapshot = snapshot;
            disk.Compact(cut);
        }
    }

    private void Apply(Entry entry)
    {
        Assert.Equal(Applied + 1, entry.Index);
        Assert.True(Disk.Holds(entry.Index, entry.Term), $"node {Id} applies {entry.Index} before it is durable here");
        OnApply(this, entry);
        if (entry.Type == EntryType.ConfChange)
        {
            Assert.True(ConfChangeCodec.TryDecode(entry.Data, out ConfChange? change));
            ConfState = Core.ApplyConfChange(change);
        }

        Applied = entry.Index;
        Core.AppliedTo(entry.Index);
    }
}
