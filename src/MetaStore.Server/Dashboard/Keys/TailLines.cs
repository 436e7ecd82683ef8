using System.Buffers;
using System.Text.Json;
using Google.Protobuf;
using Grpc.Core;
using MetaStore.Protocol.Etcd;
using MetaStore.Protocol.Mvcc;
using MetaStore.Server.Dashboard.Pages;

namespace MetaStore.Server.Dashboard.Keys;

/// <summary>Converts the responses of a watch into lines: a limited number of changes per second, and the number omitted.</summary>
/// <param name="lines">Receives the lines.</param>
/// <param name="stop">Ends the stream.</param>
internal sealed class TailLines(LineStream lines, CancellationToken stop) : IServerStreamWriter<IMessage>
{
    /// <summary>Changes shown in one second.</summary>
    private const int ChangesPerSecond = 100;

    /// <summary>Seconds without a line after which an empty one is written, to detect that the client has disconnected.</summary>
    private const int QuietSecondsMax = 15;

    private readonly Lock _gate = new();
    private int _room = ChangesPerSecond;
    private long _leftOut;
    private int _quietSeconds;

    /// <inheritdoc/>
    public WriteOptions? WriteOptions { get; set; }

    /// <inheritdoc/>
    public Task WriteAsync(IMessage message)
    {
        var response = (WatchResponse)message;
        int shown = Reserve(response.Events.Count);
        return response.Created || response.Canceled || shown > 0
            ? lines.WriteAsync(Line(json => Write(json, response, shown)), stop)
            : Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task WriteAsync(IMessage message, CancellationToken cancellationToken) => WriteAsync(message);

    /// <summary>Called once per second.</summary>
    public Task TickAsync()
    {
        long leftOut;
        lock (_gate)
        {
            _room = ChangesPerSecond;
            leftOut = _leftOut;
            _leftOut = 0;
            if (leftOut == 0 && ++_quietSeconds < QuietSecondsMax)
            {
                return Task.CompletedTask;
            }

            _quietSeconds = 0;
        }

        return lines.WriteAsync(Line(json => json.WriteNumber("left_out", leftOut)), stop);
    }

    /// <summary>Writes the reason for the end of the stream.</summary>
    public Task EndAsync(string why) => lines.WriteAsync(Line(json => json.WriteString("ended", why)), stop);

    private static void Write(Utf8JsonWriter json, WatchResponse response, int shown)
    {
        PairJson.Number(json, "revision", response.Header.Revision);
        if (response.Canceled)
        {
            json.WriteString("ended", response.CompactRevision > 0 ? $"compacted up to revision {response.CompactRevision}" : response.CancelReason);
        }

        json.WriteStartArray("changes");
        foreach (Event change in response.Events.Take(shown))
        {
            json.WriteStartObject();
            json.WriteBoolean("delete", change.Type == Event.Types.EventType.Delete);
            PairJson.Write(json, change.Kv, PairJson.PreviewBytesMax);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private int Reserve(int changes)
    {
        lock (_gate)
        {
            int shown = Math.Min(changes, _room);
            _room -= shown;
            _leftOut += changes - shown;
            _quietSeconds = 0;
            return shown;
        }
    }

    private static ReadOnlyMemory<byte> Line(Action<Utf8JsonWriter> write)
    {
        var line = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(line))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        line.Write("\n"u8);
        return line.WrittenMemory;
    }
}
