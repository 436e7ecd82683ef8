using MetaStore.Batching.Admission;
using MetaStore.Batching.Admission.Queueing;
using Microsoft.AspNetCore.Connections;

namespace MetaStore.Server.Listening.Connections;

/// <summary>One connection of a client, as a feature of it: what its calls share.</summary>
internal sealed class ClientConnection(ConnectionContext connection, ConnectionLimit limit, ListenerLog log)
{
    /// <summary>Calls on their way to the thread pool.</summary>
    public CallIntake Intake { get; } = new(limit);

    /// <summary>What its calls may have under way as proposals; kept by <see cref="ProposalAdmission"/>.</summary>
    public ConnectionCredits Credits { get; } = new();

    /// <summary>Open calls; kept by <see cref="OpenCalls"/>.</summary>
    public int Open;

    /// <summary>Calls whose message has not arrived, oldest first; kept by <see cref="UnreadCalls"/>.</summary>
    public LinkedList<AwaitedBody> Unread { get; } = [];

    /// <summary>Bytes that <see cref="Unread"/> hold.</summary>
    public long UnreadBytes { get; set; }

    /// <summary>Calls of it that <see cref="UnreadCalls"/> ended because it held most.</summary>
    public int UnreadEnded { get; set; }

    /// <summary>Closes the connection with one line in the log.</summary>
    /// <param name="why">What it did; "it" is the client.</param>
    public void Abort(string why)
    {
        limit.CountAborted();
        log.ConnectionAborted(connection.RemoteEndPoint, why);
        connection.Abort(new ConnectionAbortedException(why));
    }
}
