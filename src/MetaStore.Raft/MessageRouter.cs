using MetaStore.Raft.Elections;
using MetaStore.Raft.Messages;
using MetaStore.Raft.Proposals;
using MetaStore.Raft.Reads;
using MetaStore.Raft.Replication;
using MetaStore.Raft.Snapshots;
using MetaStore.Raft.Transfer;

namespace MetaStore.Raft;

/// <summary>Passes a message through validation and the term check to the handler of its type.</summary>
internal sealed class MessageRouter(
    RaftState state,
    TermFilter terms,
    RequestVoteHandler requestVote,
    VoteResponseHandler voteResponse,
    AppendEntriesHandler appendEntries,
    AppendResponseHandler appendResponse,
    HeartbeatHandler heartbeat,
    HeartbeatResponseHandler heartbeatResponse,
    InstallSnapshotHandler installSnapshot,
    TimeoutNowHandler timeoutNow,
    ReadIndexHandler readIndex,
    ForwardedReads forwarded,
    ProposalHandler proposals,
    LeaderTransfer transfer)
{
    public void Route(Message message)
    {
        if (!MessageValidator.IsValid(message, state.Id))
        {
            state.Drop(message);
            return;
        }

        if (terms.Accepts(message))
        {
            Dispatch(message);
        }
    }

    private void Dispatch(Message message)
    {
        switch (message.Type)
        {
            case MessageType.AppendEntries:
                appendEntries.Handle(message);
                break;
            case MessageType.AppendEntriesResponse:
                appendResponse.Handle(message);
                break;
            case MessageType.RequestVote or MessageType.PreVote:
                requestVote.Handle(message);
                break;
            case MessageType.RequestVoteResponse or MessageType.PreVoteResponse:
                voteResponse.Handle(message);
                break;
            case MessageType.Heartbeat:
                heartbeat.Handle(message);
                break;
            case MessageType.HeartbeatResponse:
                heartbeatResponse.Handle(message);
                break;
            case MessageType.InstallSnapshot:
                installSnapshot.Handle(message);
                break;
            case MessageType.TimeoutNow:
                timeoutNow.Handle(message);
                break;
            case MessageType.Propose:
                proposals.Handle(message);
                break;
            case MessageType.ReadIndex:
                readIndex.Handle(message);
                break;
            case MessageType.ReadIndexResponse:
                forwarded.Handle(message);
                break;
            case MessageType.TransferLeader:
                transfer.Handle(message);
                break;
            default:
                state.Drop(message);
                break;
        }
    }
}
