using System.Collections.Concurrent;
using MetaStore.Raft.Messages;
using MetaStore.StateMachine.Membership;

namespace MetaStore.Server.Membership;

/// <summary>Lets the proposer of a membership change wait until it has taken effect on this member.</summary>
/// <remarks>A change is identified by the record change it carries: IDs are never reused, so equal bytes are the same change.</remarks>
internal sealed class ConfChangeWaiter(ulong self, MemberStore members, SelfRemoval removal)
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _waiting = new(StringComparer.Ordinal);

    /// <summary>Starts listening; call before proposing. Dispose to stop.</summary>
    public Expectation Expect(ConfChange change) => new(this, KeyOf(change));

    /// <summary>The changes are in effect and their records are published; none after a snapshot. Thread: apply.</summary>
    public void OnPublished(IReadOnlyList<ConfChange> changes)
    {
        foreach (ConfChange change in changes)
        {
            if (!_waiting.IsEmpty && _waiting.TryGetValue(KeyOf(change), out TaskCompletionSource? waiter))
            {
                waiter.TrySetResult();
            }
        }

        if (members.IsRemoved(self))
        {
            removal.OnApplied();
        }
    }

    private static string KeyOf(ConfChange change) => Convert.ToHexString(change.Context.Span);

    /// <summary>A wait for one change.</summary>
    internal readonly struct Expectation : IDisposable
    {
        private readonly ConfChangeWaiter _changes;
        private readonly string _key;
        private readonly Task _applied;

        public Expectation(ConfChangeWaiter changes, string key)
        {
            _changes = changes;
            _key = key;
            _applied = changes._waiting.GetOrAdd(key, _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }

        /// <returns>False when it did not take effect in time; it still may.</returns>
        public async Task<bool> WaitAsync(TimeSpan patience)
        {
            await Task.WhenAny(_applied, Task.Delay(patience));
            return _applied.IsCompleted;
        }

        public void Dispose() => _changes._waiting.TryRemove(_key, out _);
    }
}
