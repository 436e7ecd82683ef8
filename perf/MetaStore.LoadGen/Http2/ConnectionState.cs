namespace MetaStore.LoadGen.Http2;

/// <summary>State of a connection.</summary>
internal enum ConnectionState : byte
{
    /// <summary>No socket.</summary>
    Closed = 0,

    /// <summary>Connecting.</summary>
    Connecting = 1,

    /// <summary>The preface is sent; waiting for the server's settings.</summary>
    Handshaking = 2,

    /// <summary>Calls can start.</summary>
    Open = 3,

    /// <summary>The server said GOAWAY or ids ran out: running calls may end, none may start.</summary>
    Draining = 4,
}
