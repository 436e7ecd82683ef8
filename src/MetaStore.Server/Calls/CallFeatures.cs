using System.Collections;
using Grpc.AspNetCore.Server;
using Microsoft.AspNetCore.Http.Features;

namespace MetaStore.Server.Calls;

/// <summary>
/// The features that Grpc.AspNetCore sees of one gRPC call: the call's own parts in front of Kestrel's. They are the same objects for every call that the
/// stream is used for, so an HttpContext over it looks each of them up once and not once per call (ADR 0017).
/// </summary>
/// <remarks>
/// Belongs to one call and is used again with it. What a handler sets besides goes to Kestrel's collection, which forgets it after the call;
/// <see cref="Revision"/> then changes, so that an HttpContext forgets it too.
/// </remarks>
/// <param name="call">The call.</param>
/// <param name="kestrel">Kestrel's own features of the stream.</param>
/// <param name="body">Where the request is read.</param>
/// <param name="lifetime">When the call must end.</param>
/// <param name="output">Where the response is written.</param>
/// <param name="services">The listener's services.</param>
internal sealed class CallFeatures(
    ServerCall call, IFeatureCollection kestrel, IRequestBodyPipeFeature body, IHttpRequestLifetimeFeature lifetime, IHttpResponseBodyFeature output,
    IServiceProvidersFeature services) : IFeatureCollection
{
    private readonly IHttpResponseTrailersFeature? _trailers = kestrel.Get<IHttpResponseTrailersFeature>();
    private int _revision;
    private bool _isChanged;

    /// <summary>The call that the features belong to.</summary>
    public ServerCall Call => call;

    /// <summary>The context that Grpc.AspNetCore made for the call; null before it did.</summary>
    public IServerCallContextFeature? Context { get; private set; }

    /// <inheritdoc/>
    public bool IsReadOnly => false;

    /// <inheritdoc/>
    public int Revision => _revision;

    /// <inheritdoc/>
    public object? this[Type key]
    {
        get => TryFind(key, out object? own) ? own : kestrel[key];
        set
        {
            if (key == typeof(IServerCallContextFeature))
            {
                Context = (IServerCallContextFeature?)value;
                return;
            }

            RefuseOwn(key);
            kestrel[key] = value;
            Change();
        }
    }

    /// <inheritdoc/>
    public TFeature? Get<TFeature>() => TryFind(typeof(TFeature), out object? own) ? (TFeature?)own : kestrel.Get<TFeature>();

    /// <inheritdoc/>
    public void Set<TFeature>(TFeature? instance)
    {
        if (typeof(TFeature) == typeof(IServerCallContextFeature))
        {
            Context = (IServerCallContextFeature?)(object?)instance;
            return;
        }

        RefuseOwn(typeof(TFeature));
        kestrel.Set(instance);
        Change();
    }

    /// <summary>Leaves nothing of this call for the next one.</summary>
    public void End()
    {
        Context = null;
        if (_isChanged)
        {
            _isChanged = false;
            _revision++;
        }
    }

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<Type, object>> GetEnumerator() => kestrel.GetEnumerator();

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>What is asked for in each call comes first.</summary>
    private bool TryFind(Type key, out object? own)
    {
        // No activity is started for a call, and Kestrel would look for one in all its places.
        own = key == typeof(IHttpResponseTrailersFeature) ? _trailers
            : key == typeof(IHttpActivityFeature) ? null
            : key == typeof(IServerCallContextFeature) ? Context
            : key == typeof(IRequestBodyPipeFeature) ? body
            : key == typeof(IHttpResponseBodyFeature) ? output
            : key == typeof(IHttpRequestLifetimeFeature) ? lifetime
            : key == typeof(IServiceProvidersFeature) ? services
            : this;
        return own != this;
    }

    private static void RefuseOwn(Type key)
    {
        if (key == typeof(IRequestBodyPipeFeature) || key == typeof(IHttpResponseBodyFeature) || key == typeof(IHttpRequestLifetimeFeature)
            || key == typeof(IServiceProvidersFeature))
        {
            throw new NotSupportedException($"{key.Name} of a gRPC call is the call's own");
        }
    }

    private void Change()
    {
        _isChanged = true;
        _revision++;
    }
}
