using MetaStore.Server.Tests.Hosting;
using System.IO.Pipelines;
using System.Text;
using MetaStore.Protocol.Etcd;
using Google.Protobuf.Reflection;
using Grpc.Core;
using MetaStore.Server.Gateway;

namespace MetaStore.Server.Tests.Gateway;

public sealed class JsonRequestStreamTests
{
    private const int MaxBytes = 1000;

    private static readonly MethodDescriptor Unary = KV.Descriptor.FindMethodByName("Range");
    private static readonly MethodDescriptor Streaming = Protocol.Etcd.Watch.Descriptor.FindMethodByName("Watch");

    [Fact]
    public async Task Read_BytesOneByOne_GivesEachMessage()
    {
        var pipe = new Pipe();
        var stream = new JsonRequestStream(pipe.Reader, Unary, MaxBytes);
        var reading = Task.Run(async () => new[] { await stream.ReadAsync(), await stream.ReadAsync(), await stream.ReadAsync() });
        foreach (var value in Encoding.UTF8.GetBytes(" {\"key\":\"YQ==\"}\n\t{\"key\":\"Yg==\",\"limit\":\"7\"} "))
        {
            await pipe.Writer.WriteAsync(new[] { value });
        }

        await pipe.Writer.CompleteAsync();
        var messages = await reading;
        Assert.Equal("a", ((RangeRequest)messages[0]!).Key.ToStringUtf8());
        Assert.Equal(7, ((RangeRequest)messages[1]!).Limit);
        Assert.Null(messages[2]);
    }

    [Theory]
    [InlineData("{\"x\":{\"a\":[1,{}],\"b\":\"}\\\"}\\\\\"},\"key\":\"YQ==\"}")]
    [InlineData("{\"key\":\"YQ==\",\"x\":\"{[\"}")]
    public async Task Read_LongValueInAnOpenBody_IsGivenWithItsLastByte(string end)
    {
        var text = "{\"y\":\"" + new string(' ', 5000) + "\"," + end[1..];
        var pipe = new Pipe(new PipeOptions(readerScheduler: PipeScheduler.Inline, useSynchronizationContext: false));
        var stream = new JsonRequestStream(pipe.Reader, Unary, 2 * text.Length);
        var reading = stream.ReadAsync();
        foreach (var value in Encoding.UTF8.GetBytes(text))
        {
            Assert.False(reading.IsCompleted);
            await pipe.Writer.WriteAsync(new[] { value });
        }

        var message = await reading.WaitAsync(TimeSpan.FromSeconds(20));
        Assert.Equal("a", ((RangeRequest)message!).Key.ToStringUtf8());
    }

    /// <summary>Parsing from the start again for every piece would use minutes of CPU time in the server.</summary>
    [Fact]
    public async Task Read_LongValueInManyPieces_IsReadInTimeThatGrowsWithItsLength()
    {
        var text = Encoding.UTF8.GetBytes("{" + string.Concat(Enumerable.Repeat("\"x\":1,", 300_000)) + "\"key\":\"YQ==\"}");
        var pipe = new Pipe(new PipeOptions(readerScheduler: PipeScheduler.Inline, useSynchronizationContext: false));
        var stream = new JsonRequestStream(pipe.Reader, Unary, text.Length);
        var reading = stream.ReadAsync();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        for (var at = 0; at < text.Length; at += 64)
        {
            await pipe.Writer.WriteAsync(text.AsMemory(at, Math.Min(64, text.Length - at)), patience.Token);
        }

        Assert.Equal("a", ((RangeRequest)(await reading.WaitAsync(patience.Token))!).Key.ToStringUtf8());
    }

    [Theory]
    [InlineData("{\"key\":", "unexpected EOF")]
    [InlineData("nonsense", null)]
    [InlineData("{\"key\":5}", null)]
    [InlineData("{\"key\":\"*\"}", null)]
    [InlineData("[1]", null)]
    [InlineData("7", null)]
    public async Task Read_TextThatDoesNotFit_IsInvalidArgument(string text, string? message)
    {
        var failed = await Assert.ThrowsAsync<RpcException>(async () => await Of(text).ReadAsync());
        Assert.Equal(StatusCode.InvalidArgument, failed.StatusCode);
        Assert.True(message is null || failed.Status.Detail == message, failed.Status.Detail);
    }

    [Fact]
    public async Task Read_ValueLongerThanTheBound_IsRefused()
    {
        var failed = await Assert.ThrowsAsync<RpcException>(async () => await Of("{\"key\":\"" + new string('A', 2 * MaxBytes)).ReadAsync());
        Assert.Equal((StatusCode.ResourceExhausted, "grpc: received message larger than max (2008 vs. 2000)"), (failed.StatusCode, failed.Status.Detail));
    }

    [Fact]
    public async Task Read_MessageLargerThanGrpcTakes_IsRefusedAsThere()
    {
        var failed = await Assert.ThrowsAsync<RpcException>(async () => await Of($"{{\"key\":\"{Convert.ToBase64String(new byte[MaxBytes])}\"}}").ReadAsync());
        Assert.Equal((StatusCode.ResourceExhausted, "grpc: received message larger than max (1003 vs. 1000)"), (failed.StatusCode, failed.Status.Detail));
    }

    [Theory]
    [InlineData("x")]
    [InlineData("{\"progress_request\":5}")]
    public async Task Read_WhatDoesNotFit_FailsAStreamAtItsBeginning_AndEndsItLater(string text)
    {
        var failed = await Assert.ThrowsAsync<RpcException>(async () => await Of(text, Streaming).ReadAsync());
        Assert.Equal(StatusCode.Unknown, failed.StatusCode);
        var begun = Of("{} " + text + " {}", Streaming);
        Assert.NotNull(await begun.ReadAsync());
        Assert.Null(await begun.ReadAsync());
        Assert.Null(await begun.ReadAsync());
    }

    [Theory]
    [InlineData("null")]
    [InlineData(" null ")]
    public async Task Read_ValueThatEndsWithTheBody_IsWhole(string text) => Assert.Equal(new RangeRequest(), await Of(text).ReadAsync());

    [Fact]
    public async Task Read_EmptyBody_IsTheEnd() => Assert.Null(await Of(" \n").ReadAsync());

    private static JsonRequestStream Of(string text) => Of(text, Unary);

    private static JsonRequestStream Of(string text, MethodDescriptor method) =>
        new(PipeReader.Create(new MemoryStream(Encoding.UTF8.GetBytes(text))), method, MaxBytes);
}
