namespace MetaStore.LoadGen.Http2;

/// <summary>How far a connection is.</summary>
internal enum ConnectionState : byte
{
    /// <summary>No socket.</summary>
    Closed = 0,

    /// <summary>TCP is under way.</summary>
    Connecting = 1,

    /// <summary>The preface is sent, the server's settings are awaited.</summary>
    Handshaking = 2,

    /// <summary>Calls can start.</summary>
    Open = 3,

    /// <summary>The server said GOAWAY or ids ran out: running calls may end, none may start.</summary>
    Draining = 4,
}
