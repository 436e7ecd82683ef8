using System.Runtime.CompilerServices;
using Google.Protobuf;

namespace MetaStore.Grpc.Client;

/// <summary>
/// An open call with at least one streaming side. One writer and one reader may work at the same time. The order for a
/// client-streaming call is writes, <see cref="CompleteAsync"/>, then <see cref="ReadAsync"/> for the one answer.
/// </summary>
public sealed class StreamingCall<TRequest, TResponse> : IAsyncDisposable
    where TRequest : class, IMessage<TRequest>
    where TResponse : class, IMessage<TResponse>
{
    private readonly GrpcChannel _channel;
    private readonly Method<TRequest, TResponse> _method;
    private readonly int _address;
    private readonly CallReceipt? _receipt;
    private readonly CallLimit _limit;
    private readonly MessageStreamContent? _requests;
    private readonly HttpRequestMessage _request;
    private readonly Task<HttpResponseMessage> _response;
    private ResponseReader<TResponse>? _reader;
    private int _disposed;

    internal StreamingCall(GrpcChannel channel, Method<TRequest, TResponse> method, int address, CallOptions options, TRequest? only = null)
    {
        _channel = channel;
        _method = method;
        _address = address;
        _receipt = options.Receipt;
        _limit = new CallLimit(options, cancellable: true);
        _requests = only is null ? new MessageStreamContent(options.Compress, channel.Options.MaxSendMessageBytes) : null;
        HttpContent content = _requests is null ? new OneMessageContent(only!, options.Compress, channel.Options.MaxSendMessageBytes) : _requests;
        _request = channel.NewRequest(method.Path, address, content, options);
        _response = SendAsync();
    }

    /// <summary>Sends a message; waits when the server reads slowly.</summary>
    /// <exception cref="RpcException">
    /// The call is over: with the server's status when it answered nothing else, else with Unavailable; <see cref="ReadAsync"/> gives the messages that
    /// came before the end, and its status.
    /// </exception>
    public ValueTask WriteAsync(TRequest message, CancellationToken cancellationToken = default) => WriteAsync(message, flush: true, cancellationToken);

    /// <summary>Sends a message, or with <paramref name="flush"/> false gathers it with later ones, which the next flushed write sends.</summary>
    /// <inheritdoc cref="WriteAsync(TRequest, CancellationToken)" path="/exception"/>
    public async ValueTask WriteAsync(TRequest message, bool flush, CancellationToken cancellationToken = default)
    {
        var requests = _requests ?? throw new InvalidOperationException($"{_method.Path} takes one request, and it was sent");
        try
        {
            await requests.WriteAsync(message, flush, cancellationToken.CanBeCanceled ? cancellationToken : _limit.Token);
        }
        catch (Exception e) when (e is ObjectDisposedException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            throw await WhyItIsOverAsync(e);
        }
        catch (Exception e) when (e is not RpcException)
        {
            throw Translate(e, cancellationToken);
        }
    }

    /// <summary>Closes the client's side.</summary>
    public ValueTask CompleteAsync()
    {
        _requests?.Complete();
        return ValueTask.CompletedTask;
    }

    /// <summary>Waits for the next message.</summary>
    /// <returns>The message, or null when the server ended the call with OK.</returns>
    /// <exception cref="RpcException">The call ended with an error.</exception>
    /// <exception cref="OperationCanceledException">A token of the caller fired. The call itself lives on if it was this one's.</exception>
    public async ValueTask<TResponse?> ReadAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            var reader = _reader ??= new ResponseReader<TResponse>(
                await _response.WaitAsync(cancellationToken), _method.ResponseParser, _channel.Options.MaxReceiveMessageBytes, _receipt);
            using var either = _limit.LinkedTo(cancellationToken);
            return await reader.ReadAsync(either?.Token ?? _limit.Token);
        }
        catch (Exception e) when (e is not RpcException)
        {
            throw Translate(e, cancellationToken);
        }
    }

    /// <summary>The remaining messages.</summary>
    /// <inheritdoc cref="ReadAsync" path="/exception"/>
    public async IAsyncEnumerable<TResponse> ReadAllAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        while (await ReadAsync(cancellationToken) is { } message)
        {
            yield return message;
        }
    }

    /// <summary>Cancels the call if it still runs and frees its stream. Further calls do nothing.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        _limit.Cancel();
        await _response.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        if (_response.IsCompletedSuccessfully)
        {
            _reader?.Dispose();
            _response.Result.Dispose();
        }

        // Last: completing the body earlier could reach the server as an orderly end instead of a reset.
        _requests?.Complete();
        _request.Dispose();
        _limit.Dispose();
    }

    /// <summary>
    /// A token that fires ends the request as well, and what is met first is left to chance: a stream that is reset or gone, or the token. Whoever
    /// fired it is told so in any case.
    /// </summary>
    private Exception Translate(Exception exception, CancellationToken own) => own.IsCancellationRequested
        ? new OperationCanceledException(exception.Message, exception, own)
        : _channel.Translate(exception, _address, _limit);

    /// <summary>The body of a request is taken away when the server ends the call, or when its stream or its connection is reset.</summary>
    private async Task<Exception> WhyItIsOverAsync(Exception failure)
    {
        try
        {
            var response = await _response;
            return _limit.Translate(failure) ?? new RpcException(
                ResponseReader<TResponse>.RefusalIn(response) ?? new Status(StatusCode.Unavailable, $"{_method.Path} is over: the server has ended it"));
        }
        catch (Exception e) when (e is not RpcException)
        {
            return _channel.Translate(e, _address, _limit);
        }
    }

    private async Task<HttpResponseMessage> SendAsync()
    {
        try
        {
            return await _channel.SendAsync(_request, _limit.Token);
        }
        catch (Exception e)
        {
            _requests?.Abort(e);
            throw;
        }
    }
}
