using MetaStore.Raft.Runtime.Node.Inbox;
using MetaStore.Raft.Runtime.Observability;
using Microsoft.Extensions.Logging;

namespace MetaStore.Raft.Runtime.Node;

/// <summary>Handles the events of the core: it neither logs nor counts itself. Thread: raft.</summary>
internal sealed class RaftEvents(ulong nodeId, RefusedMessages refused, LostEntries lost, ILogger logger)
{
    public void Handle(IReadOnlyList<RaftEvent> events)
    {
        for (int i = 0; i < events.Count; i++)
        {
            RaftEvent observed = events[i];
            if (observed.Kind == RaftEventKind.EntriesMissing)
            {
                lost.OnMissing(observed.Node, observed.Value);
            }
            else if (!refused.Record(observed))
            {
                logger.Raft(nodeId, observed);
            }
        }
    }
}
