import { crc32, deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { decodeImage, imageLibraryId } from '../src/decode/decode-image.ts';
import { UnreadableImageError } from '../src/errors.ts';

const grey = Buffer.from([0, 50, 100, 150, 200, 255]);
const raw = { raw: { width: 3, height: 2, channels: 1 } } as const;

describe('decodeImage', () => {
  it('reads a grey PNG as one channel, exactly', async () => {
    const png = await sharp(grey, raw).toColourspace('b-w').png().toBuffer();
    const image = await decodeImage(png, 'png');
    expect(image).toMatchObject({ width: 3, height: 2, channels: 1 });
    expect([...image.data]).toEqual([...grey]);
  });

  it('reads colours as RGB and drops transparency', async () => {
    const pixels = Buffer.from([255, 0, 0, 255, 0, 128, 0, 10]);
    const png = await sharp(pixels, { raw: { width: 2, height: 1, channels: 4 } })
      .png()
      .toBuffer();
    const image = await decodeImage(png, 'png');
    expect([image.channels, ...image.data]).toEqual([3, 255, 0, 0, 0, 128, 0]);
  });

  it('reads a palette and 16 bits a pixel as 8', async () => {
    const red = sharp({ create: { width: 2, height: 2, channels: 3, background: '#f00' } });
    const palette = await decodeImage(await red.clone().png({ palette: true }).toBuffer(), 'png');
    expect([...palette.data.slice(0, 3)]).toEqual([255, 0, 0]);
    const deep = await decodeImage(await red.clone().toColourspace('rgb16').png().toBuffer(), 'png');
    expect([deep.channels, ...deep.data.slice(0, 3)]).toEqual([3, 255, 0, 0]);
  });

  it('reads a JPEG, grey or in CMYK', async () => {
    const red = sharp({ create: { width: 8, height: 8, channels: 3, background: '#c80000' } });
    const cmyk = await decodeImage(await red.clone().toColourspace('cmyk').jpeg().toBuffer(), 'jpeg');
    expect(cmyk.channels).toBe(3);
    expect(cmyk.data.length).toBe(192);
    const black = await decodeImage(await red.clone().toColourspace('b-w').jpeg().toBuffer(), 'jpeg');
    expect([black.channels, black.data.length]).toEqual([1, 64]);
  });

  it('reads raw pixels as they are, and checks their number', async () => {
    const image = await decodeImage(grey, 'raw/2x3x1');
    expect(image).toEqual({ width: 3, height: 2, channels: 1, data: grey });
    await expect(decodeImage(grey, 'raw/2x2x1', { name: 'x' })).rejects.toThrow(
      'x: expected 4 bytes of 2x2x1, found 6',
    );
  });

  it('names an image that is damaged, empty, or not what it is called', async () => {
    const noise = Buffer.from(Array.from({ length: 64 * 64 * 3 }, (_, at) => (at * 7919) % 251));
    const jpeg = await sharp(noise, { raw: { width: 64, height: 64, channels: 3 } })
      .jpeg()
      .toBuffer();
    const name = 'cat/a.jpg';
    for (const bytes of [jpeg.subarray(0, 900), new Uint8Array(), Buffer.from('text')]) {
      const refused = decodeImage(bytes, 'jpeg', { name });
      await expect(refused).rejects.toThrow(UnreadableImageError);
      await expect(refused).rejects.toThrow(name);
    }
    await expect(decodeImage(jpeg, 'gif', { name })).rejects.toThrow("found 'gif'");
    const gif = await sharp(noise, { raw: { width: 64, height: 64, channels: 3 } })
      .gif()
      .toBuffer();
    await expect(decodeImage(gif, 'jpeg', { name })).rejects.toThrow('expected PNG, JPEG or WebP, found gif');
  });

  it('reads WebP, and any format whatever the file is called', async () => {
    const red = sharp({ create: { width: 6, height: 4, channels: 3, background: '#f00' } });
    const webp = await red.clone().webp({ lossless: true }).toBuffer();
    const image = await decodeImage(webp, 'webp');
    expect([image.width, image.height, image.channels, ...image.data.subarray(0, 3)]).toEqual([
      6, 4, 3, 255, 0, 0,
    ]);
    const png = await red.clone().png().toBuffer();
    expect(await decodeImage(png, 'jpeg')).toEqual(image);
    expect(await decodeImage(webp, 'image')).toEqual(image);
  });

  it('refuses 30,000 × 30,000 pixels by their header alone', async () => {
    const header = Buffer.alloc(25);
    header.writeUInt32BE(13, 0);
    header.write('IHDR', 4);
    header.writeUInt32BE(30_000, 8);
    header.writeUInt32BE(30_000, 12);
    header.set([8, 0, 0, 0, 0], 16);
    header.writeUInt32BE(crc32(header.subarray(4, 21)), 21);
    const rows = deflateSync(Buffer.alloc(1000));
    const data = Buffer.alloc(rows.length + 12);
    data.writeUInt32BE(rows.length, 0);
    data.write('IDAT', 4);
    data.set(rows, 8);
    data.writeUInt32BE(crc32(data.subarray(4, -4)), rows.length + 8);
    const bomb = Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), header, data]);
    await expect(decodeImage(bomb, 'png', { name: 'bomb.png' })).rejects.toThrow(
      'bomb.png: cannot be decoded: 30000×30000 pixels are more than 50000000; images.maxPixels raises the limit',
    );
  });

  it('refuses an image of too many pixels before it decodes it', async () => {
    const png = await sharp({ create: { width: 300, height: 300, channels: 3, background: '#000' } })
      .png()
      .toBuffer();
    await expect(decodeImage(png, 'png', { maxPixels: 10_000, name: 'bomb.png' })).rejects.toThrow(
      'bomb.png',
    );
    expect((await decodeImage(png, 'png', { maxPixels: 90_000 })).width).toBe(300);
  });

  it('says which versions decode', async () => {
    expect(await imageLibraryId()).toMatch(/^sharp \d+\.\d+\.\d+ libvips \d+\.\d+\.\d+ decoding \d+$/);
  });
});
