using MetaStore.Raft.Messages;

namespace MetaStore.Raft;

/// <summary>Collects the output of the handlers until the next <see cref="Ready"/> takes it.</summary>
/// <remarks>Lists are passed on, not copied, and not reused: other threads read them.</remarks>
internal sealed class Outbox(RaftState state)
{
    private List<Message>? _messages;
    private List<Message>? _notices;
    private List<Message>? _afterPersist;
    private List<ReadState>? _readStates;
    private List<ulong>? _readsDropped;
    private List<RaftEvent>? _events;

    /// <summary>True when there is any output.</summary>
    public bool HasAny =>
        _messages is not null || _notices is not null || _afterPersist is not null || _readStates is not null || _readsDropped is not null || _events is not null;

    /// <summary>Queues a message, to be sent at once or only after the state it depends on is durable.</summary>
    public void Send(Message message)
    {
        if (MustFollowDisk(message.Type))
        {
            (_afterPersist ??= []).Add(message);
        }
        else
        {
            (_messages ??= []).Add(message);
        }
    }

    /// <summary>Queues a message that nothing waits for.</summary>
    public void SendLast(Message notice) => (_notices ??= []).Add(notice);

    public void Add(ReadState read) => (_readStates ??= []).Add(read);

    public void DropRead(ulong requestId) => (_readsDropped ??= []).Add(requestId);

    public void Add(RaftEvent observed) => (_events ??= []).Add(observed);

    public List<Message>? TakeMessages() => Take(ref _messages);

    public List<Message>? TakeNotices() => Take(ref _notices);

    public List<Message>? TakeAfterPersist() => Take(ref _afterPersist);

    public List<ReadState>? TakeReadStates() => Take(ref _readStates);

    public List<ulong>? TakeReadsDropped() => Take(ref _readsDropped);

    public List<RaftEvent>? TakeEvents() => Take(ref _events);

    private static T? Take<T>(ref T? list)
        where T : class
    {
        T? taken = list;
        list = null;
        return taken;
    }

    // Acknowledgements and votes depend on durable entries, term and vote. A vote request depends on its sender's term and log too: were
    // it sent early, a node could crash, restart with a shorter log, ask again in the same term, and count the old answers.
    // Any other message depends at most on the term, which matters only until that was handed out to the disk.
    private bool MustFollowDisk(MessageType type) => type switch
    {
        MessageType.AppendEntriesResponse or MessageType.RequestVote or MessageType.RequestVoteResponse => true,
        MessageType.PreVoteResponse or MessageType.HeartbeatResponse => state.TermIsFresh,
        _ => false,
    };
}
