using Grpc.AspNetCore.Server;
using Grpc.Core;
using MetaStore.Server.Calls;
using MetaStore.Server.Calls.Framing;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace MetaStore.Server.Tests.Calls;

/// <summary>The features of a call, which are reused for the next call.</summary>
public sealed class CallFeaturesTests
{
    private readonly FeatureCollection _kestrel = new();
    private readonly LocalCallContext _context = new("test");
    private readonly MessageBody _body = new();
    private readonly CallFeatures _features;

    public CallFeaturesTests()
    {
        _kestrel.Set<IHttpRequestFeature>(new HttpRequestFeature());
        _kestrel.Set<IHttpResponseFeature>(new HttpResponseFeature());
        _features = new CallFeatures(
            _context.Call, _kestrel, _body, new HttpRequestLifetimeFeature(), new StreamResponseBodyFeature(Stream.Null), new ServiceProvidersFeature());
    }

    [Fact]
    public void OwnParts_StandInFront_TheRestIsKestrels()
    {
        Assert.Same(_body, _features.Get<IRequestBodyPipeFeature>());
        Assert.Same(_body, _features[typeof(IRequestBodyPipeFeature)]);
        Assert.Same(_kestrel.Get<IHttpRequestFeature>(), _features.Get<IHttpRequestFeature>());
        Assert.Same(_kestrel.Get<IHttpRequestFeature>(), _features[typeof(IHttpRequestFeature)]);
        Assert.Throws<NotSupportedException>(() => _features.Set<IRequestBodyPipeFeature>(null));
        Assert.Throws<NotSupportedException>(() => _features[typeof(IServiceProvidersFeature)] = null);
        Assert.Same(_context.Call, _features.Call);
    }

    [Fact]
    public void ContextOfACall_IsForgottenWithIt_AndChangesNoRevision()
    {
        int revision = _features.Revision;
        _features.Set<IServerCallContextFeature>(new Context(_context));
        Assert.Same(_context, _features.Get<IServerCallContextFeature>()!.ServerCallContext);
        _features.End();
        Assert.Null(_features.Get<IServerCallContextFeature>());
        Assert.Null(_features.Context);
        Assert.Equal(revision, _features.Revision);
    }

    [Fact]
    public void ItemsOfACall_AreNotSeenByTheNext()
    {
        var http = new DefaultHttpContext(_features);
        http.Items["of"] = "the first";
        Assert.Equal("the first", http.Items["of"]);

        _features.End();
        _kestrel.Set<IItemsFeature>(null); // as Kestrel does between two requests of a stream
        Assert.Empty(http.Items);
    }

    private sealed record Context(ServerCallContext ServerCallContext) : IServerCallContextFeature;

    private sealed class ServiceProvidersFeature : IServiceProvidersFeature
    {
        public IServiceProvider RequestServices { get; set; } = null!;
    }
}
