using MetaStore.Raft.Messages;
using MetaStore.Raft.Runtime.Node.Committed;

namespace MetaStore.Raft.Runtime.Tests.Node;

public sealed class SnapshotRequestTests
{
    /// <summary>What runs nodes in its own order, as the simulator does, gets the continuation from the thread that completes the request, and from no other.</summary>
    [Fact]
    public async Task Completed_PostsToTheContextOfItsCaller_OnTheSameThread()
    {
        var context = new RecordingContext();
        SynchronizationContext? before = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(context);
        var request = new SnapshotRequest("");
        Task<SnapshotMetadata?> made = request.Made;
        SynchronizationContext.SetSynchronizationContext(before);
        request.CompleteWith(Task.FromResult<SnapshotMetadata?>(SnapshotMetadata.Empty));
        context.Run();
        Assert.True(made.IsCompletedSuccessfully);
        Assert.Same(SnapshotMetadata.Empty, await made);
    }

    private sealed class RecordingContext : SynchronizationContext
    {
        private readonly Queue<Action> _posted = new();

        public override void Post(SendOrPostCallback d, object? state) => _posted.Enqueue(() => d(state));

        public void Run()
        {
            while (_posted.TryDequeue(out Action? posted))
            {
                posted();
            }
        }
    }
}
