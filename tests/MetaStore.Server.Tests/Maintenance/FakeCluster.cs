using MetaStore.Server.Maintenance;

namespace MetaStore.Server.Tests.Maintenance;

/// <summary>Members with configured hashes, and alarms that are recorded.</summary>
internal sealed class FakeCluster : IMemberHashes, ICorruptAlarm
{
    public Dictionary<ulong, Queue<MemberHash?>> Answers { get; } = [];

    public HashSet<ulong> Raised { get; } = [];

    public bool IsRaised(ulong member) => Raised.Contains(member);

    public Task RaiseAsync(ulong member)
    {
        Raised.Add(member);
        return Task.CompletedTask;
    }

    /// <summary>The responses in order; the last one is repeated.</summary>
    public Task<MemberHash?> OfAsync(ulong member, long revision, CancellationToken stop)
    {
        Queue<MemberHash?> answers = Answers[member];
        return Task.FromResult(answers.Count > 1 ? answers.Dequeue() : answers.Peek());
    }
}
