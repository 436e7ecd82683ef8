using System.Diagnostics;
using MetaStore.LoadGen.Http2.Frames;
using MetaStore.LoadGen.Http2;

namespace MetaStore.LoadGen.Load;

/// <summary>One call on a connection of its own, awaited: for requests before the run.</summary>
internal sealed class UnaryCaller : ICallObserver, IResponseBytes
{
    private const long NanosPerSecond = 1_000_000_000;

    private readonly List<byte> _response = [];
    private int? _status;
    private string? _message;

    /// <summary>Calls and returns the response's message.</summary>
    /// <exception cref="IOException">No answer within five seconds, or an error.</exception>
    public static byte[] Call(Target target, RequestTemplate request)
    {
        UnaryCaller caller = new();
        using Http2Connection connection = new(target, capacity: 1, caller);
        return caller.Run(connection, target, request);
    }

    /// <inheritdoc/>
    public void OnCallEnded(Call call, int grpcStatus, string? message)
    {
        _status = grpcStatus;
        _message = message;
    }

    /// <inheritdoc/>
    public void OnBytes(ReadOnlySpan<byte> bytes) => _response.AddRange(bytes);

    private byte[] Run(Http2Connection connection, Target target, RequestTemplate request)
    {
        Poller poller = new(1);
        Call call = new() { Response = this };
        long giveUpAt = Stopwatch.GetTimestamp() + (5 * NanosPerSecond);
        bool started = false;
        connection.Open();
        while (_status is null && connection.State != ConnectionState.Closed && Stopwatch.GetTimestamp() < giveUpAt)
        {
            if (!started && connection.CanStart)
            {
                connection.Start(call, request.Path, request.ForKey(0), Stopwatch.GetTimestamp());
                started = true;
            }

            connection.Flush();
            poller.Watch(0, connection.Descriptor, connection.WantsWrite);
            poller.Wait(NanosPerSecond / 10);
            if (connection.WantsWrite && poller.CanWrite(0))
            {
                connection.OnWritable();
            }

            if (connection.State > ConnectionState.Connecting && poller.CanRead(0))
            {
                connection.OnReadable();
            }
        }

        return _status == GrpcStatus.Ok && _response.Count >= GrpcFrame.PrefixBytes
            ? [.. _response.Skip(GrpcFrame.PrefixBytes)]
            : throw new IOException($"{target.Authority} does not answer: {_message ?? connection.LastFault ?? "timeout"}");
    }
}
