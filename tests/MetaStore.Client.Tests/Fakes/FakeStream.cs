using System.Threading.Channels;
using MetaStore.Client.Endpoints;

namespace MetaStore.Client.Tests.Fakes;

/// <summary>A stream whose answers to each request a test has laid down; an exception among them ends it.</summary>
internal sealed class FakeStream<TRequest, TResponse>(Func<TRequest, object> answer, CancellationToken ended) : IStreamingCall<TRequest, TResponse>
    where TResponse : class
{
    private readonly Channel<TResponse> _answers = Channel.CreateUnbounded<TResponse>();

    public ValueTask WriteAsync(TRequest message, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var answers = answer(message);
        foreach (var item in answers as IEnumerable<object> ?? [answers])
        {
            switch (item)
            {
                case TResponse response:
                    _answers.Writer.TryWrite(response);
                    break;
                case Exception failure:
                    _answers.Writer.TryComplete(failure);
                    break;
            }
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask CompleteAsync() => ValueTask.CompletedTask;

    public async ValueTask<TResponse?> ReadAsync(CancellationToken cancellation)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, ended);
        try
        {
            return await _answers.Reader.ReadAsync(either.Token);
        }
        catch (ChannelClosedException closed) when (closed.InnerException is { } failure)
        {
            throw failure;
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
