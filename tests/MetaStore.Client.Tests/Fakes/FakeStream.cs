using System.Threading.Channels;
using Grpc.Core;

namespace MetaStore.Client.Tests.Fakes;

/// <summary>A stream with configured responses to each request; an exception among them ends it.</summary>
internal sealed class FakeStream<TRequest, TResponse>(Func<TRequest, object> answer, CancellationToken ended) : IClientStreamWriter<TRequest>, IAsyncStreamReader<TResponse>
    where TResponse : class
{
    private readonly Channel<TResponse> _answers = Channel.CreateUnbounded<TResponse>();

    public WriteOptions? WriteOptions { get; set; }

    public TResponse Current { get; private set; } = null!;

    public Task WriteAsync(TRequest message)
    {
        ended.ThrowIfCancellationRequested();
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

        return Task.CompletedTask;
    }

    public Task CompleteAsync() => Task.CompletedTask;

    public async Task<bool> MoveNext(CancellationToken cancellationToken)
    {
        try
        {
            Current = await _answers.Reader.ReadAsync(ended);
            return true;
        }
        catch (ChannelClosedException closed) when (closed.InnerException is { } failure)
        {
            throw failure;
        }
    }
}
