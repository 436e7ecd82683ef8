namespace MetaStore.Compatibility.Tests.Gateway;

/// <summary>Who talks over a WebSocket.</summary>
public enum SocketCaller
{
    /// <summary>Anyone, to servers in cleartext without auth.</summary>
    Anyone,

    /// <summary>Root, to a server with TLS and auth.</summary>
    Root,

    /// <summary>A client without a token, to servers with TLS and auth.</summary>
    Anonymous,
}
