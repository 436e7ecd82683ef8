using System.Diagnostics;
using Grpc.Core;
using MetaStore.Protocol.Etcd;
using MetaStore.Raft.Runtime.Reads;
using MetaStore.Server.Auth;
using MetaStore.Server.Budgets;
using MetaStore.Server.Calls;
using MetaStore.Server.Calls.Responses;
using MetaStore.Server.Reads;
using MetaStore.Server.Services.Mapping;
using MetaStore.Server.Services.Slow;
using MetaStore.Server.Validation;
using MetaStore.StateMachine;
using MetaStore.StateMachine.Commands;
using MetaStore.StateMachine.Mvcc.Reading;
using MetaStore.StateMachine.Mvcc.Records;

namespace MetaStore.Server.Services.Ranges;

/// <summary>Range: confirms, reads, and makes the response, as a message for callers in this process or encoded for those over the network.</summary>
internal sealed class RangeCalls
{
    /// <summary>Key-value pairs up to this size are not counted against the response budget.</summary>
    private const int SmallPairBytes = (int)ResponseShare.FreeBytes / ResponseBudget.CostPerByte;

    private static readonly Func<EncodedResponse, (int Pairs, long Bytes)> MeasureEncoded = static response => (response.Pairs, response.Length);

    private readonly ReadDispatcher _reads;
    private readonly ReplicatedStateMachine _machine;
    private readonly ResponseHeaders _headers;
    private readonly ResponseRoom _room;
    private readonly SlowReads _slow;
    private readonly CallAuth _auth;
    private readonly ReadRange<RangeResponse> _read;
    private readonly ReadRange<EncodedResponse> _encode;

    public RangeCalls(ReadDispatcher reads, ReplicatedStateMachine machine, ResponseHeaders headers, ResponseRoom room, SlowReads slow, CallAuth auth)
    {
        (_reads, _machine, _headers, _room, _slow, _auth) = (reads, machine, headers, room, slow, auth);
        (_read, _encode) = (Read, Encode);
    }

    /// <summary>Reads and makes a response.</summary>
    /// <param name="request">The request.</param>
    /// <param name="call">The call.</param>
    /// <param name="meter">Ends the read.</param>
    /// <param name="readAt">The time now.</param>
    /// <returns>Null when the read is to be repeated.</returns>
    private delegate T? ReadRange<T>(RangeRequest request, ServerCall call, AnswerMeter meter, long readAt)
        where T : class;

    // The call gate rejects everything else a learner does not serve; it cannot see whether a range is serializable.
    private bool IsLearner => _machine.Members.Find(_headers.MemberId) is { IsLearner: true };

    /// <summary>The response as a message.</summary>
    /// <exception cref="RpcException">The range failed.</exception>
    public Task<RangeResponse> MessageAsync(RangeRequest request, ServerCall call) =>
        RunAsync(request, call, _read, static message => (message.Kvs.Count, message.CalculateSize()));

    /// <summary>The same response encoded.</summary>
    /// <exception cref="RpcException">The range failed.</exception>
    public Task<EncodedResponse> EncodedAsync(RangeRequest request, ServerCall call) => request.Serializable && request.RangeEnd.IsEmpty && !_auth.IsEnabled
        ? Task.FromResult(EncodeAtOnce(request, call))
        : RunAsync(request, call, _encode, MeasureEncoded);

    /// <summary>A serializable get of one key waits for nothing, unless a token is to arrive: it needs no asynchronous frame.</summary>
    private EncodedResponse EncodeAtOnce(RangeRequest request, ServerCall call)
    {
        long startedAt = Stopwatch.GetTimestamp();
        ServerError error = RangeValidator.Check(request);
        if (error != ServerError.None)
        {
            throw StatusMap.Exception(error);
        }

        EncodedResponse response = Encode(request, call, AnswerMeter.Unlimited, startedAt)!;
        End(request, call, response, startedAt, startedAt, MeasureEncoded);
        return response;
    }

    private async Task<T> RunAsync<T>(RangeRequest request, ServerCall call, ReadRange<T> read, Func<T, (int Pairs, long Bytes)> measure)
        where T : class
    {
        long startedAt = Stopwatch.GetTimestamp();
        long readAt = startedAt;
        ServerError error = !request.Serializable && IsLearner ? ServerError.NotSupportedForLearner : RangeValidator.Check(request);
        if (error == ServerError.None && !request.Serializable)
        {
            // Its own frame waits for the quorum, not another one below it.
            long askedAt = _reads.Now;
            ReadIndexResult confirmed = await _reads.AskAsync();
            if (!_reads.TryEnd(call, askedAt, confirmed, out error))
            {
                error = await _reads.WaitAsync(call, askedAt, confirmed);
            }

            readAt = Stopwatch.GetTimestamp();
        }

        if (error != ServerError.None)
        {
            throw StatusMap.Exception(error);
        }

        ValueTask arrived = _auth.ArriveAsync(call);
        if (!arrived.IsCompletedSuccessfully)
        {
            await arrived;
            readAt = Stopwatch.GetTimestamp();
        }

        T response = request.RangeEnd.IsEmpty
            ? read(request, call, AnswerMeter.Unlimited, readAt)!
            : await ReadInRoomAsync(request, call, read);
        End(request, call, response, startedAt, readAt, measure);
        return response;
    }

    private void End<T>(RangeRequest request, ServerCall call, T response, long startedAt, long readAt, Func<T, (int Pairs, long Bytes)> measure)
    {
        long endedAt = _slow.OnRead(call, startedAt, readAt);
        _slow.Look(Stopwatch.GetElapsedTime(startedAt, endedAt), request, response, measure);
    }

    /// <summary>Reads several keys, as memory for responses allows. A method of its own, so that a get of one key makes no closure.</summary>
    private ValueTask<T> ReadInRoomAsync<T>(RangeRequest request, ServerCall call, ReadRange<T> read)
        where T : class => _room.ReadAsync(call, share => read(request, call, share, Stopwatch.GetTimestamp()));

    private RangeResponse? Read(RangeRequest request, ServerCall call, AnswerMeter meter, long readAt)
    {
        using ReadTxn txn = Open(request, call);
        RangeResult result = txn.Range(Requests.ToQuery(request), meter);
        if (!IsAnswer(result, meter, readAt))
        {
            return null;
        }

        HoldSingle(request, call, result.Kvs.Count > 0 ? result.Kvs[0].Encoded.Length : 0);
        var response = new RangeResponse { Header = _headers.At(result.Revision) };
        Responses.Fill(response, result);
        return response;
    }

    private EncodedResponse? Encode(RangeRequest request, ServerCall call, AnswerMeter meter, long readAt)
    {
        using ReadTxn txn = Open(request, call);
        return request.RangeEnd.IsEmpty ? EncodeSingle(txn, request, call, meter, readAt) : EncodeRange(txn, request, meter, readAt);
    }

    private EncodedRange? EncodeRange(ReadTxn txn, RangeRequest request, AnswerMeter meter, long readAt)
    {
        var response = new EncodedRange();
        response.Begin(_headers.At(txn.Revision));
        RangeResult result = txn.Range(Requests.ToQuery(request), response, meter);
        if (!IsAnswer(result, meter, readAt))
        {
            return null;
        }

        response.End(result);
        return response;
    }

    private EncodedResponse? EncodeSingle(ReadTxn txn, RangeRequest request, ServerCall call, AnswerMeter meter, long readAt)
    {
        RangeResult result = txn.Single(Requests.ToQuery(request), meter, out KeyValue pair);
        if (!IsAnswer(result, meter, readAt))
        {
            return null;
        }

        EncodedResponse response;
        if (pair.Key.IsEmpty || pair.Encoded.Length is > 0 and <= EncodedPair.PairBytesMax)
        {
            response = new EncodedPair(_headers.Encode(stackalloc byte[ResponseHeaders.EncodedBytesMax], result.Revision), result, pair);
        }
        else
        {
            var parts = new EncodedRange();
            parts.Begin(_headers.At(result.Revision));
            parts.Add(pair);
            parts.End(result);
            response = parts;
        }

        HoldSingle(request, call, response.Length);
        return response;
    }

    private ReadTxn Open(RangeRequest request, ServerCall call)
    {
        ReadTxn txn = _machine.Reader.OpenRead();
        try
        {
            if (txn.Auth.IsEnabled)
            {
                _auth.RequireRead(call, txn.Auth, request.Key.Memory, request.RangeEnd.Memory);
            }

            return txn;
        }
        catch
        {
            txn.Dispose();
            throw;
        }
    }

    /// <summary>False when the read is to be repeated.</summary>
    /// <exception cref="RpcException">The range failed.</exception>
    private bool IsAnswer(in RangeResult result, AnswerMeter meter, long readAt)
    {
        if (meter.IsClosed)
        {
            return false;
        }

        _slow.OnRange(readAt, result.Error == ErrorCode.None);
        return result.Error == ErrorCode.None ? true : throw StatusMap.Exception(result.Error);
    }

    /// <summary>Counts a single pair after it is read: it is never larger than a request.</summary>
    private void HoldSingle(RangeRequest request, ServerCall call, long bytes)
    {
        if (request.RangeEnd.IsEmpty && bytes > SmallPairBytes)
        {
            _room.Hold(call, bytes);
        }
    }
}
