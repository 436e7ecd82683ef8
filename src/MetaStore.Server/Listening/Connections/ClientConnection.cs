using MetaStore.Batching.Admission;
using MetaStore.Batching.Admission.Queueing;
using MetaStore.Server.Auth.Tokens;
using Microsoft.AspNetCore.Connections;

namespace MetaStore.Server.Listening.Connections;

/// <summary>A client connection, as a connection feature: state that its calls share.</summary>
internal sealed class ClientConnection(ConnectionContext connection, ConnectionLimit limit, ListenerLog log)
{
    /// <summary>Calls waiting for the thread pool.</summary>
    public CallIntake Intake { get; } = new(limit);

    /// <summary>Credits for proposals of its calls; managed by <see cref="ProposalAdmission"/>.</summary>
    public ConnectionCredits Credits { get; } = new();

    /// <summary>The token that its calls had last.</summary>
    public LastToken LastToken { get; } = new();

    /// <summary>Open calls; managed by <see cref="OpenCalls"/>.</summary>
    public int Open;

    /// <summary>Calls whose message has not arrived, oldest first; managed by <see cref="UnreadCalls"/>.</summary>
    public LinkedList<AwaitedBody> Unread { get; } = [];

    /// <summary>Bytes held by <see cref="Unread"/>.</summary>
    public long UnreadBytes { get; set; }

    /// <summary>Number of its calls that <see cref="UnreadCalls"/> ended because this connection held the most.</summary>
    public int UnreadEnded { get; set; }

    /// <summary>Closes the connection and logs it.</summary>
    /// <param name="why">What the client did, with "it" as the subject.</param>
    public void Abort(string why)
    {
        limit.CountAborted();
        log.ConnectionAborted(connection.RemoteEndPoint, why);
        connection.Abort(new ConnectionAbortedException(why));
    }
}
