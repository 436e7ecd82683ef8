using System.Buffers;
using Google.Protobuf;
using Grpc.Core;
using MetaStore.Protocol.Etcd;
using MetaStore.Server.Calls.Responses;
using MetaStore.Server.Services.Mapping;
using MetaStore.StateMachine.Watch.Events;

namespace MetaStore.Server.Watch.Sending;

/// <summary>Encodes etcdserverpb.WatchResponse by hand: header and watch ID are written per response, the encoded events are copied.</summary>
/// <remarks>Fields: 1 header (1 cluster_id, 2 member_id, 3 revision, 4 raft_term), 2 watch_id, 7 fragment, 11 events.</remarks>
internal sealed class WatchResponseWriter(IEncodedResponseStream output, ResponseHeaders headers, long fragmentBytes)
{
    private const byte HeaderTag = (1 << 3) | 2;
    private const byte RevisionTag = 3 << 3;
    private const byte WatchIdTag = 2 << 3;
    private const byte FragmentTag = 7 << 3;

    /// <summary>Maximum size of a header of four numbers, watch ID and fragment flag.</summary>
    private const int FrontBytesMax = 2 + (4 * 11) + 11 + 2;

    /// <summary>Messages up to this size are written into one span; it is below the pipes' block of 4096 bytes.</summary>
    private const int OneSpanBytes = 4000;

    private readonly byte[] _front = new byte[FrontBytesMax];
    private ResponseHeader _header = headers.WithoutRevision();
    private IBufferWriter<byte>? _target;
    private int _idsSize;

    /// <summary>Writes one item, or a part of it, without flushing.</summary>
    /// <param name="item">The item.</param>
    /// <param name="next">First event that is not written yet; 0 for a new item.</param>
    /// <param name="partBytes">Bytes after which a part ends; the rest of a started message must follow.</param>
    /// <returns>True when the item is complete.</returns>
    public bool Write(in WatchItem item, ref int next, int partBytes)
    {
        if (item.Answer is { } answer)
        {
            answer.WriteTo(output.BeginMessage(answer.CalculateSize()));
            return true;
        }

        StreamWatcher watcher = item.Watcher!;
        EventBatch run = item.Run!;
        if (watcher.Fragments && run.Size + Front(run.StoreRevision, watcher.Id, isFragment: false) >= fragmentBytes)
        {
            return WriteFragments(watcher, run, ref next, partBytes);
        }

        if (next == 0)
        {
            int front = Front(run.StoreRevision, watcher.Id, isFragment: false);
            if (front + run.Size <= partBytes)
            {
                WriteWhole(front, run);
                return true;
            }

            _target = output.BeginMessage(front + run.Size);
            _target.Write(_front.AsSpan(0, front));
        }

        return WriteEvents(_target!, run.Events, ref next, partBytes);
    }

    private void WriteWhole(int front, EventBatch run)
    {
        if (!run.TryGetEncoded(out ReadOnlySpan<byte> encoded))
        {
            Write(front, run.Events, run.Size);
            return;
        }

        IBufferWriter<byte> target = output.BeginMessage(front + encoded.Length);
        target.Write(_front.AsSpan(0, front));
        target.Write(encoded);
    }

    /// <summary>Splits between events, so that each message except one with a single event stays below the limit. Source: etcd's watch server.</summary>
    private bool WriteFragments(StreamWatcher watcher, EventBatch run, ref int next, int partBytes)
    {
        ReadOnlySpan<WatchEvent> left = run.Events[next..];
        for (int written = 0; !left.IsEmpty && written < partBytes;)
        {
            int front = Front(run.StoreRevision, watcher.Id, isFragment: true);
            int size = left[0].Size;
            int count = 1;
            while (count < left.Length && front + size + left[count].Size < fragmentBytes)
            {
                size += left[count++].Size;
            }

            if (count == left.Length)
            {
                front = Front(run.StoreRevision, watcher.Id, isFragment: false);
            }

            Write(front, left[..count], size);
            left = left[count..];
            next += count;
            written += size;
        }

        return left.IsEmpty;
    }

    private void Write(int front, ReadOnlySpan<WatchEvent> events, int eventBytes)
    {
        IBufferWriter<byte> target = output.BeginMessage(front + eventBytes);
        if (front + eventBytes <= OneSpanBytes)
        {
            Span<byte> span = target.GetSpan(front + eventBytes);
            _front.AsSpan(0, front).CopyTo(span);
            int position = front;
            foreach (ref readonly WatchEvent change in events)
            {
                position += change.Write(span[position..]);
            }

            target.Advance(position);
            return;
        }

        target.Write(_front.AsSpan(0, front));
        int next = 0;
        WriteEvents(target, events, ref next, int.MaxValue);
    }

    private static bool WriteEvents(IBufferWriter<byte> target, ReadOnlySpan<WatchEvent> events, ref int next, int partBytes)
    {
        for (int written = 0; next < events.Length && written < partBytes;)
        {
            // As many as fit a block of the pipe.
            Span<byte> span = target.GetSpan(events[next].Size);
            int position = 0;
            while (next < events.Length && events[next].Size <= span.Length - position)
            {
                position += events[next++].Write(span[position..]);
            }

            target.Advance(position);
            written += position;
        }

        return next == events.Length;
    }

    /// <summary>Encodes everything before the events; returns its length.</summary>
    private int Front(long revision, long watchId, bool isFragment)
    {
        if (_idsSize == 0 || headers.Term != _header.RaftTerm)
        {
            _header = headers.WithoutRevision();
            _idsSize = _header.CalculateSize();
        }

        int headerSize = _idsSize + 1 + Varint.Size(revision);
        _front[0] = HeaderTag;
        int position = 1 + Varint.Write(_front.AsSpan(1), headerSize);
        _header.WriteTo(_front.AsSpan(position, _idsSize));
        position += _idsSize;
        _front[position++] = RevisionTag;
        position += Varint.Write(_front.AsSpan(position), revision);
        if (watchId != 0)
        {
            _front[position++] = WatchIdTag;
            position += Varint.Write(_front.AsSpan(position), watchId);
        }

        if (isFragment)
        {
            _front[position++] = FragmentTag;
            _front[position++] = 1;
        }

        return position;
    }
}
