using Grpc.Core;
using MetaStore.Protocol.Etcd;
using MetaStore.Server.Auth;
using MetaStore.Server.Budgets;
using MetaStore.Server.Calls;
using MetaStore.Server.Services.Mapping;
using MetaStore.StateMachine.Commands;
using MetaStore.StateMachine.Mvcc.Reading;
using MetaStore.StateMachine.Mvcc.Records;

namespace MetaStore.Server.Services.Ranges;

/// <summary>One RangeStream call: sends a range as one message per page, with at most one page in memory.</summary>
/// <remarks>
/// Only the last message has header, count and more; the others hold pairs alone. Pages start at ten keys, so that a client sees its first
/// pairs at once, and double until they fill a message. Source: etcd v3.7 KV.RangeStream.
/// </remarks>
/// <param name="reader">The store that pages are read from.</param>
/// <param name="headers">Makes the header of the last message.</param>
/// <param name="room">Budget that a page is charged to until the client has received it.</param>
/// <param name="messageBytes">Approximate size of a message: the largest request, as in etcd.</param>
/// <param name="auth">Checks the caller again for each page.</param>
internal sealed class RangeStreaming(MvccReader reader, ResponseHeaders headers, ResponseRoom room, int messageBytes, CallAuth auth)
{
    private const int FirstKeys = 10;

    /// <summary>Sends a range. A slow client is waited for between two pages, with no memory held.</summary>
    public async Task RunAsync(RangeRequest request, IServerStreamWriter<RangeStreamResponse> responses, ServerCall call)
    {
        var pager = new RangePager(Requests.ToQuery(request));
        ResponseShare share = room.Open(call);
        call.HoldUntilSent(share);
        for (int keys = FirstKeys; !pager.Ended; keys = Math.Min(2 * keys, int.MaxValue / 2))
        {
            ErrorCode error = ReadPage(request, call, pager, keys, share, out RangeResponse page);
            while (error == ErrorCode.AnswerTooLarge)
            {
                await room.ReopenAsync(share, call);
                error = ReadPage(request, call, pager, keys, share, out page);
            }

            if (error != ErrorCode.None)
            {
                throw StatusMap.Exception(error);
            }

            if (pager.Ended)
            {
                page.Header = headers.At(pager.Revision);
                page.Count = pager.Count;
                page.More = pager.More;
            }

            await responses.WriteAsync(new RangeStreamResponse { RangeResponse = page });
            share.Reset();
        }
    }

    private ErrorCode ReadPage(
        RangeRequest request, ServerCall call, RangePager pager, int keys, ResponseShare share, out RangeResponse page)
    {
        page = new RangeResponse();
        var pairs = new List<KeyValue>();
        using ReadTxn txn = reader.OpenRead();
        if (txn.Auth.IsEnabled)
        {
            auth.RequireRead(call, txn.Auth, request.Key.Memory, request.RangeEnd.Memory);
        }

        ErrorCode error = pager.Read(txn, keys, messageBytes, pairs, share);
        Responses.Fill(page.Kvs, pairs);
        return error;
    }
}
