using MetaStore.LoadGen.Http2;

namespace MetaStore.LoadGen.Load;

/// <summary>A connection as a loop uses it: calls start on it and end at the <see cref="ICallObserver"/> it was made with. One thread runs it.</summary>
internal interface ILoadConnection : IDisposable
{
    /// <summary>State of the connection.</summary>
    ConnectionState State { get; }

    /// <summary>Running calls.</summary>
    int Running { get; }

    /// <summary>True when a call can start now.</summary>
    bool CanStart { get; }

    /// <summary>Descriptor to poll, -1 when closed.</summary>
    int Descriptor { get; }

    /// <summary>True when the socket is to be polled for writing too.</summary>
    bool WantsWrite { get; }

    /// <summary>Bytes read in all.</summary>
    long BytesReceived { get; }

    /// <summary>Bytes written in all.</summary>
    long BytesSent { get; }

    /// <summary>Begins to connect; does not wait.</summary>
    void Open();

    /// <summary>Starts a call. Only when <see cref="CanStart"/>.</summary>
    /// <param name="call">Reused; its observer fields are set here.</param>
    /// <param name="path">"/package.Service/Method".</param>
    /// <param name="message">The encoded request message; copied.</param>
    /// <param name="now">A timestamp.</param>
    void Start(Call call, string path, ReadOnlySpan<byte> message, long now);

    /// <summary>Writes what was started, as far as the socket accepts it.</summary>
    void Flush();

    /// <summary>The socket is writable.</summary>
    void OnWritable();

    /// <summary>The socket is readable: every call that ends is reported to the observer.</summary>
    void OnReadable();

    /// <summary>Ends calls that were started before a timestamp.</summary>
    void CancelStartedBefore(long timestamp);
}
