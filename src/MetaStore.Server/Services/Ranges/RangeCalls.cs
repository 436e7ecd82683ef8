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

namespace MetaStore.Server.Services.Ranges;

/// <summary>Range: confirms, reads, and makes the response, as a message for callers in this process or encoded for those over the network.</summary>
internal sealed class RangeCalls
{
    /// <summary>Key-value pairs up to this size are not counted against the response budget.</summary>
    private const int SmallPairBytes = (int)ResponseShare.FreeBytes / ResponseBudget.CostPerByte;

    private readonly ReadDispatcher _reads;
    private readonly ReplicatedStateMachine _machine;
    private readonly ResponseHeaders _headers;
    private readonly ResponseRoom _room;
    private readonly SlowReads _slow;
    private readonly CallAuth _auth;
    private readonly Func<RangeRequest, ServerCall, AnswerMeter, RangeResponse?> _read;
    private readonly Func<RangeRequest, ServerCall, AnswerMeter, EncodedRange?> _encode;

    public RangeCalls(ReadDispatcher reads, ReplicatedStateMachine machine, ResponseHeaders headers, ResponseRoom room, SlowReads slow, CallAuth auth)
    {
        (_reads, _machine, _headers, _room, _slow, _auth) = (reads, machine, headers, room, slow, auth);
        (_read, _encode) = (Read, Encode);
    }

    // The call gate rejects everything else a learner does not serve; it cannot see whether a range is serializable.
    private bool IsLearner => _machine.Members.Find(_headers.MemberId) is { IsLearner: true };

    /// <summary>The response as a message.</summary>
    /// <exception cref="RpcException">The range failed.</exception>
    public Task<RangeResponse> MessageAsync(RangeRequest request, ServerCall call) =>
        RunAsync(request, call, _read, static message => (message.Kvs.Count, message.CalculateSize()));

    /// <summary>The same response encoded.</summary>
    /// <exception cref="RpcException">The range failed.</exception>
    public Task<EncodedResponse> EncodedAsync(RangeRequest request, ServerCall call) =>
        RunAsync<EncodedResponse>(request, call, _encode, static response => response is EncodedRange encoded ? (encoded.Pairs, encoded.Bytes.Length) : default);

    private async Task<T> RunAsync<T>(
        RangeRequest request, ServerCall call, Func<RangeRequest, ServerCall, AnswerMeter, T?> read, Func<T, (int Pairs, long Bytes)> measure)
        where T : class
    {
        long startedAt = Stopwatch.GetTimestamp();
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
        }

        if (error != ServerError.None)
        {
            throw StatusMap.Exception(error);
        }

        await _auth.ArriveAsync(call);
        long readAt = Stopwatch.GetTimestamp();
        T response = request.RangeEnd.IsEmpty
            ? read(request, call, AnswerMeter.Unlimited)!
            : await _room.ReadAsync(call, share => read(request, call, share));
        _slow.OnRead(call, startedAt, readAt);
        _slow.Look(startedAt, request, response, measure);
        return response;
    }

    private RangeResponse? Read(RangeRequest request, ServerCall call, AnswerMeter meter)
    {
        using ReadTxn txn = Open(request, call, out long readAt);
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

    private EncodedRange? Encode(RangeRequest request, ServerCall call, AnswerMeter meter)
    {
        using ReadTxn txn = Open(request, call, out long readAt);
        var response = new EncodedRange();
        response.Begin(_headers.At(txn.Revision));
        RangeResult result = txn.Range(Requests.ToQuery(request), response, meter);
        if (!IsAnswer(result, meter, readAt))
        {
            return null;
        }

        response.End(result);
        HoldSingle(request, call, response.Bytes.Length);
        return response;
    }

    private ReadTxn Open(RangeRequest request, ServerCall call, out long readAt)
    {
        readAt = Stopwatch.GetTimestamp();
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
