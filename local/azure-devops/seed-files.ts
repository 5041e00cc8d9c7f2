/** The first commit of the seeded repository `web`: a small shop front, enough to change believably. */
export const seedFiles: Readonly<Record<string, string>> = {
  'README.md': `# Shop

The web shop of Contoso: a catalogue, a basket and a checkout.

    npm install
    npm start

Prices are in cents everywhere; \`src/money.ts\` is the only place that formats them.
`,
  'package.json': `{
  "name": "contoso-shop",
  "version": "1.4.0",
  "private": true,
  "type": "module",
  "scripts": {
    "start": "node dist/server.js",
    "build": "tsc",
    "test": "node --test dist"
  },
  "dependencies": {
    "express": "4.19.2",
    "pino": "9.3.2"
  },
  "devDependencies": {
    "typescript": "5.5.4"
  }
}
`,
  'tsconfig.json': `{
  "compilerOptions": {
    "target": "ES2022",
    "module": "NodeNext",
    "outDir": "dist",
    "strict": true
  },
  "include": ["src"]
}
`,
  'src/server.ts': `import express from 'express';
import { basketRoutes } from './basket/routes.js';
import { catalogueRoutes } from './catalogue/routes.js';
import { checkoutRoutes } from './checkout/routes.js';
import { log } from './log.js';

const app = express();
app.use(express.json());
app.use('/catalogue', catalogueRoutes);
app.use('/basket', basketRoutes);
app.use('/checkout', checkoutRoutes);

const port = Number(process.env.PORT ?? 3000);
app.listen(port, () => log.info({ port }, 'the shop is open'));
`,
  'src/log.ts': `import { pino } from 'pino';

export const log = pino({ name: 'shop' });
`,
  'src/money.ts': `const euros = new Intl.NumberFormat('en-IE', { style: 'currency', currency: 'EUR' });

/** Formats an amount in cents. */
export function formatMoney(cents: number): string {
  return euros.format(cents / 100);
}
`,
  'src/catalogue/products.ts': `export interface Product {
  id: string;
  name: string;
  /** In cents. */
  price: number;
  stock: number;
}

export const products: Product[] = [
  { id: 'mug', name: 'Mug', price: 1290, stock: 40 },
  { id: 'shirt', name: 'T-shirt', price: 2490, stock: 12 },
  { id: 'notebook', name: 'Notebook', price: 890, stock: 75 },
];

export function findProduct(id: string): Product | undefined {
  return products.find((product) => product.id === id);
}
`,
  'src/catalogue/routes.ts': `import { Router } from 'express';
import { formatMoney } from '../money.js';
import { findProduct, products } from './products.js';

export const catalogueRoutes = Router();

catalogueRoutes.get('/', (_request, response) => {
  response.json(products.map((product) => ({ ...product, price: formatMoney(product.price) })));
});

catalogueRoutes.get('/:id', (request, response) => {
  const product = findProduct(request.params.id);
  if (!product) response.status(404).json({ error: 'no such product' });
  else response.json(product);
});
`,
  'src/basket/basket.ts': `import { findProduct } from '../catalogue/products.js';

export interface Line {
  productId: string;
  quantity: number;
}

export class Basket {
  readonly lines: Line[] = [];

  add(productId: string, quantity: number): void {
    const line = this.lines.find((each) => each.productId === productId);
    if (line) line.quantity += quantity;
    else this.lines.push({ productId, quantity });
  }

  /** In cents. */
  total(): number {
    return this.lines.reduce((sum, line) => sum + (findProduct(line.productId)?.price ?? 0) * line.quantity, 0);
  }
}
`,
  'src/basket/routes.ts': `import { Router } from 'express';
import { formatMoney } from '../money.js';
import { Basket } from './basket.js';

const baskets = new Map<string, Basket>();

export const basketRoutes = Router();

basketRoutes.post('/:id/lines', (request, response) => {
  const basket = baskets.get(request.params.id) ?? new Basket();
  baskets.set(request.params.id, basket);
  basket.add(request.body.productId, request.body.quantity);
  response.json({ lines: basket.lines, total: formatMoney(basket.total()) });
});
`,
  'src/checkout/routes.ts': `import { Router } from 'express';
import { log } from '../log.js';

export const checkoutRoutes = Router();

checkoutRoutes.post('/', (request, response) => {
  log.info({ basket: request.body.basketId }, 'order placed');
  response.status(202).json({ accepted: true });
});
`,
  'docs/decisions.md': `# Decisions

- Prices are integers in cents.
- The basket lives in memory until we know whether people come back for it.
`,
  '.gitignore': 'node_modules\ndist\n',
};
