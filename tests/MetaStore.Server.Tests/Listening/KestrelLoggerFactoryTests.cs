using MetaStore.Server.Listening;
using Microsoft.Extensions.Logging;

namespace MetaStore.Server.Tests.Listening;

/// <summary>Which of Kestrel's and Grpc.AspNetCore's lines reach the log of the member.</summary>
public sealed class KestrelLoggerFactoryTests : ILoggerFactory, ILogger
{
    private readonly List<string> _lines = [];
    private readonly KestrelLoggerFactory _factory;

    public KestrelLoggerFactoryTests() => _factory = new KestrelLoggerFactory(this);

    [Theory]
    [InlineData("Microsoft.AspNetCore.Server.Kestrel", LogLevel.Debug, "Any", true)]
    [InlineData("Microsoft.AspNetCore.Server.Kestrel", LogLevel.Warning, "Http2DisabledWithHttp1AndNoTls", false)]
    [InlineData("Grpc.AspNetCore.Server.ServerCallHandler", LogLevel.Information, "Any", false)]
    [InlineData("Grpc.AspNetCore.Server.ServerCallHandler", LogLevel.Warning, "Any", true)]
    [InlineData("Grpc.AspNetCore.Server.ServerCallHandler", LogLevel.Error, "ErrorExecutingServiceMethod", false)]
    [InlineData("GrpcLike", LogLevel.Information, "Any", true)]
    public void Line_IsPassedOn_UnlessItMisleads(string category, LogLevel level, string name, bool isPassedOn)
    {
        ILogger logger = _factory.CreateLogger(category);
        logger.Log(level, new EventId(1, name), "text");
        Assert.Equal(isPassedOn ? ["text"] : [], _lines);
    }

    [Fact]
    public void Level_OfTheMember_CountsToo()
    {
        Assert.False(_factory.CreateLogger("Kestrel").IsEnabled(LogLevel.Trace));
        Assert.True(_factory.CreateLogger("Kestrel").IsEnabled(LogLevel.Debug));
        Assert.False(_factory.CreateLogger("Grpc.Net").IsEnabled(LogLevel.Information));
    }

    /// <summary>The factory is the member's: Kestrel's end must not end its log.</summary>
    [Fact]
    public void Dispose_LeavesTheFactoryOfTheMember()
    {
        _factory.Dispose();
        _factory.CreateLogger("Kestrel").LogWarning("after");
        Assert.Equal(["after"], _lines);
    }

    ILogger ILoggerFactory.CreateLogger(string categoryName) => this;

    void ILoggerFactory.AddProvider(ILoggerProvider provider)
    {
    }

    void IDisposable.Dispose() => _lines.Add("disposed");

    bool ILogger.IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Debug;

    IDisposable? ILogger.BeginScope<TState>(TState state) => null;

    void ILogger.Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _lines.Add(formatter(state, exception));
}
